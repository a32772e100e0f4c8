#pragma once
// The one way to fmt. Only format.cpp compiles fmt itself (header-only, so that the library needs nothing at
// run time): a copy in each other file cost 100 KB of library, and under the sanitizers half a minute.
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace hindsight {

/// `text` with `arguments` laid into it. For formatted() and fail(), whose text the compiler checks.
std::string format_arguments(fmt::string_view text, fmt::format_args arguments);

template <class... Args>
std::string formatted(fmt::format_string<Args...> text, Args&&... args) {
  return format_arguments(text, fmt::make_format_args(args...));
}

/// What an error quotes of a long text: some 80 characters around a position, with "…" for the rest.
std::string excerpt(std::string_view text, std::size_t around = 0);

/// The elements of a range, each as "{}" writes it, with `separator` between them.
template <class Range>
std::string joined(const Range& range, std::string_view separator) {
  std::string text;
  bool first = true;
  for (const auto& element : range) {
    if (!first) text += separator;
    first = false;
    text += formatted("{}", element);
  }
  return text;
}

/// Throws `E` with a formatted message.
template <class E, class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw E(format_arguments(text, fmt::make_format_args(args...)));
}

}  // namespace hindsight
