#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/format.hpp"

namespace hindsight {

/// "1 row", "2 rows"
inline std::string counted(std::size_t count, std::string_view thing) {
  return formatted("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace hindsight
