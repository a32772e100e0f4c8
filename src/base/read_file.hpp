#pragma once
#include <string>

namespace hindsight {

/// All of a regular file, or of a pipe. Throws FileError naming the path and the reason (being a directory or
/// a device, which may have no end, is one).
std::string read_file(const std::string& path);
/// The same of a text file. Reading stops at a byte 0, which no text has: the result then ends in it.
std::string read_text_file(const std::string& path);

}  // namespace hindsight
