#pragma once
#include <string>

namespace hindsight {

/// All of a file. Throws FileError naming the path and the reason (being a directory is one).
std::string read_file(const std::string& path);

}  // namespace hindsight
