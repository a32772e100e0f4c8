#include "readers/document/words.hpp"

#include <hindsight/document.hpp>

namespace hindsight {
namespace {

constexpr std::string_view signs = "\\`*$_<&[~";  // of Markdown, too

/// A line end would end the table.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

}  // namespace

std::string plain(std::string_view words) {
  std::string text;
  for (const char c : words) {
    if (signs.find(c) != std::string_view::npos) text += '\\';
    text += is_control(c) ? ' ' : c;
  }
  return text;
}

std::string code(std::string_view words) {
  std::string text(1, '`');
  for (const char c : words) text += c == '`' ? '\'' : is_control(c) ? ' ' : c;
  return text + '`';
}

std::vector<Span> spans(std::string_view words) {
  std::vector<Span> result;
  bool is_bold = false;
  const auto add = [&](Span::Kind kind, std::string_view text) {
    if (text.empty()) return;
    const bool goes_on = kind == Span::Kind::plain && !result.empty() && result.back().kind == kind &&
                         result.back().is_bold == is_bold;
    if (!goes_on) result.push_back({kind, is_bold, ""});
    result.back().text += text;
  };
  for (std::size_t i = 0; i < words.size();) {
    const char c = words[i];
    if (c == '\\' && i + 1 < words.size() && signs.find(words[i + 1]) != std::string_view::npos) {
      add(Span::Kind::plain, words.substr(i + 1, 1));
      i += 2;
    } else if (words.substr(i, 2) == "**" && (is_bold || words.find("**", i + 2) != std::string_view::npos)) {
      is_bold = !is_bold;
      i += 2;
    } else if (const std::size_t end = words.find(c, i + 1);
               (c == '`' || c == '$') && end != std::string_view::npos) {
      add(c == '`' ? Span::Kind::code : Span::Kind::formula, words.substr(i + 1, end - i - 1));
      i = end + 1;
    } else {
      add(Span::Kind::plain, words.substr(i, 1));
      ++i;
    }
  }
  return result;
}

}  // namespace hindsight
