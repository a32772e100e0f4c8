// A document as Markdown: its words are written in it already.
#include <hindsight/document.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

/// A bar would end the cell, also within code.
std::string cell(const std::string& words) {
  std::string text;
  for (const char c : words) {
    if (c == '|') text += '\\';
    text += c;
  }
  return text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& words : cells) text += words.empty() ? " |" : formatted(" {} |", cell(words));
  return text + "\n";
}

struct Markdown {
  std::string operator()(const Document::Heading& heading) const {
    return std::string(static_cast<std::size_t>(heading.level), '#') + " " + heading.words + "\n";
  }
  std::string operator()(const Document::Paragraph& paragraph) const { return paragraph.words + "\n"; }
  std::string operator()(const Document::Formula& formula) const {
    return formatted("$$ {}{} $$\n", formula.within ? "\\qquad " : "", formula.latex);
  }
  std::string operator()(const Document::Table& table) const {
    std::string text = row(table.rows[0]) + "|";
    for (const char column : table.columns) text += column == 'r' ? "---:|" : "---|";
    text += "\n";
    for (std::size_t i = 1; i < table.rows.size(); ++i) text += row(table.rows[i]);
    return text;
  }
  std::string operator()(const Document::Picture& picture) const { return picture.svg; }
};

}  // namespace

std::string to_markdown(const Document& document) {
  std::string text;
  for (const Document::Block& block : document.blocks())
    text += (text.empty() ? "" : "\n") + std::visit(Markdown(), block);
  return text;
}

}  // namespace hindsight
