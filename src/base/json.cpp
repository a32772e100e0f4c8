#include "base/json.hpp"

#include <set>
#include <vector>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {

Json parse_json(std::string_view text, const std::string& source) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto no_key_twice = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      fail<FileError>("{}: not valid JSON: the key {} occurs twice", source, parsed.dump());
    return true;
  };
  try {
    return Json::parse(text, no_key_twice);
  } catch (const Json::exception& error) {
    const std::string reason = error.what();  // "[json.exception.parse_error.101] parse error at …"
    fail<FileError>("{}: not valid JSON: {}", source, reason.substr(reason.find("] ") + 2));
  }
}

std::string dump_json(const Json& value) {
  try {
    return value.dump();
  } catch (const Json::exception&) {
    throw ValueError("a text that is to be stored as JSON is not UTF-8");
  }
}

}  // namespace hindsight
