#include "figure/svg.hpp"

#include <array>
#include <map>

#include "base/xml.hpp"

namespace hindsight::figure {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The length of the word at `text` that names an id with a number, without the number; 0 if there is none.
std::size_t numbered_word(std::string_view text) {
  static constexpr std::array<std::string_view, 6> words = {"id=\"surface", "id=\"image",   "#surface",
                                                            "#image",       "id=\"source-", "#source-"};
  for (const std::string_view word : words)
    if (text.substr(0, word.size()) == word && text.size() > word.size() && is_digit(text[word.size()]))
      return word.size();
  return 0;
}

std::string renumbered(std::string_view svg) {
  std::map<std::string_view, std::size_t> numbers;
  std::string result;
  result.reserve(svg.size());
  for (std::size_t i = 0; i < svg.size();) {
    const std::size_t word = svg[i] == 'i' || svg[i] == '#' ? numbered_word(svg.substr(i)) : 0;
    if (word == 0) {
      result += svg[i++];
      continue;
    }
    std::size_t end = i + word;
    while (end < svg.size() && is_digit(svg[end])) ++end;
    const std::size_t number =
        numbers.emplace(svg.substr(i + word, end - i - word), numbers.size()).first->second;
    result.append(svg.substr(i, word)).append(std::to_string(number));
    i = end;
  }
  return result;
}

}  // namespace

std::string finished_svg(std::string_view svg, std::string_view title) {
  std::string result = renumbered(svg);
  const std::size_t open = result.find("<svg ");
  if (title.empty() || open == std::string::npos) return result;
  result.insert(result.find('>', open) + 1, "\n<title>" + xml_escaped(title) + "</title>");
  result.insert(open + 5, "role=\"img\" ");
  return result;
}

}  // namespace hindsight::figure
