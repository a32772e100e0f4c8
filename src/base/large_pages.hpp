#pragma once
#include <cstddef>

namespace hindsight {

/// Asks the system to back `bytes` at `begin`, which nobody has written to yet, with large pages: hundreds of
/// megabytes in pages of 4 KiB cost more time in the kernel than it takes to fill them. Small blocks, and
/// systems that know no such wish, are left as they are.
void prefer_large_pages(void* begin, std::size_t bytes) noexcept;

}  // namespace hindsight
