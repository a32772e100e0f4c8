#pragma once
#include <string>
#include <string_view>

namespace hindsight::data {

/// Holds `text`, the content of `source`, to what a text file may be: UTF-8 without control characters but
/// tabs and line ends. Throws FileError that names the line and, where the bytes give it away, what the file
/// is instead.
void require_text(std::string_view text, const std::string& source);

}  // namespace hindsight::data
