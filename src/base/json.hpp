#pragma once
// The one way to JSON, for .cpp files only: public headers show no third party.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace hindsight {

/// Keys keep their order, so that what we write reads as it was meant.
using Json = nlohmann::ordered_json;

/// Throws FileError: "<source>: not valid JSON: …" with the position; also for a key that occurs twice in one
/// object, of which a lenient reader would silently take the last.
Json parse_json(std::string_view text, const std::string& source);
/// On one line. Throws ValueError for a text that is not UTF-8, which JSON cannot hold.
std::string dump_json(const Json& value);

}  // namespace hindsight
