#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hindsight {

/// A piece of words that is all of one kind.
struct Span {
  enum class Kind : std::uint8_t { plain, code, formula };
  Kind kind;
  bool is_bold;
  std::string text;
};

/// "the `x` of **$y$**" in its pieces. What is opened and not closed stands there as it is.
std::vector<Span> spans(std::string_view words);

}  // namespace hindsight
