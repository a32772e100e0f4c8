#include "base/large_pages.hpp"

#if defined(__linux__)
#include <cstdint>

#include <sys/mman.h>
#endif

namespace hindsight {

void prefer_large_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__)
  constexpr std::uintptr_t large_page = std::uintptr_t{1} << 21;
  const auto first = (reinterpret_cast<std::uintptr_t>(begin) + large_page - 1) / large_page * large_page,
             end = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / large_page * large_page;
  // A wish: where it is not granted, everything works as before.
  if (first < end) ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#endif
}

}  // namespace hindsight
