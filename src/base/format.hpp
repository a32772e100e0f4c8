#pragma once
// The one way to fmt: header-only, so that the library needs nothing at run time.
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY
#endif
#include <string>
#include <utility>

#include <fmt/format.h>

namespace hindsight {

/// Throws `E` with a formatted message.
template <class E, class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw E(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace hindsight
