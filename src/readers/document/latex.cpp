// A document as LaTeX.
#include <algorithm>
#include <cstdint>
#include <utility>

#include <hindsight/document.hpp>

#include "base/format.hpp"
#include "readers/document/words.hpp"

namespace hindsight {
namespace {

/// pdflatex knows the letters of Latin alphabets and a few signs, and ends at any other.
bool is_known(std::uint32_t character) {
  return (character >= 0xA1 && character <= 0x17F) || character == 0x2013 || character == 0x2014 ||
         (character >= 0x2018 && character <= 0x201D) || character == 0x2026 || character == 0x20AC ||
         character == 0x2192;
}

/// One character of UTF-8 and its number; `text` begins with it.
std::pair<std::string_view, std::uint32_t> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  std::uint32_t number = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    number = number << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {text.substr(0, length), number};
}

std::string escaped(std::string_view words) {
  std::string text;
  while (!words.empty()) {
    const auto [character, number] = first_character(words);
    words.remove_prefix(character.size());
    if (number >= 0x80) {
      text += is_known(number) ? std::string(character) : formatted("[U+{:04X}]", number);
      continue;
    }
    const char c = character[0];
    switch (c) {
      case '_':
      case '%':
      case '#':
      case '&':
      case '$':
      case '{':
      case '}':
        text += formatted("\\{}", c);
        break;
      case '\\':
        text += "\\textbackslash{}";
        break;
      case '^':
        text += "\\textasciicircum{}";
        break;
      case '<':
        text += "\\textless{}";
        break;
      case '>':
        text += "\\textgreater{}";
        break;
      case '|':
        text += "\\textbar{}";
        break;
      case '~':
        text += "\\textasciitilde{}";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string in_latex(const std::string& words) {
  std::string text;
  for (const Span& span : spans(words)) {
    const std::string inner = span.kind == Span::Kind::formula ? formatted("${}$", span.text)
                              : span.kind == Span::Kind::code
                                  ? formatted("\\texttt{{{}}}", escaped(span.text))
                                  : escaped(span.text);
    text += span.is_bold ? formatted("\\textbf{{{}}}", inner) : inner;
  }
  return text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) text += (i ? " & " : "") + in_latex(cells[i]);
  return text + " \\\\\n";
}

struct Latex {
  std::string operator()(const Document::Heading& heading) const {
    static constexpr const char* names[] = {"section*", "subsection*", "paragraph"};
    return formatted("\\{}{{{}}}\n", names[std::min(heading.level, 3) - 1], in_latex(heading.words));
  }
  std::string operator()(const Document::Paragraph& paragraph) const {
    return formatted("\\noindent {}\n\n", in_latex(paragraph.words));
  }
  std::string operator()(const Document::Formula& formula) const {
    return formatted("\\[ {}{} \\]\n", formula.within ? "\\qquad " : "", formula.latex);
  }
  std::string operator()(const Document::Table& table) const {
    const auto paragraphs = static_cast<double>(std::count(table.columns.begin(), table.columns.end(), 'p'));
    const double left = paragraphs == static_cast<double>(table.columns.size()) ? 0.9 : 0.6;
    std::string columns;
    for (const char column : table.columns)
      columns +=
          column == 'p' ? formatted("p{{{:.2f}\\linewidth}}", left / paragraphs) : std::string(1, column);
    std::string text =
        formatted("{{\\small\\begin{{longtable}}{{{}}}\n{}\\hline\n", columns, row(table.rows[0]));
    for (std::size_t i = 1; i < table.rows.size(); ++i) text += row(table.rows[i]);
    return text + "\\end{longtable}}\n";
  }
  std::string operator()(const Document::Picture& picture) const {
    return formatted("\\noindent (Picture: {})\n\n", in_latex(picture.title));
  }
};

}  // namespace

std::string to_latex(const Document& document) {
  std::string text =
      "\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{longtable}\n"
      "\\sloppy\n\\begin{document}\n";
  for (const Document::Block& block : document.blocks()) text += std::visit(Latex(), block);
  return text + "\\end{document}\n";
}

}  // namespace hindsight
