#include <hindsight/document.hpp>

namespace hindsight {

Document::Table::Table(std::string_view letters, std::initializer_list<std::string_view> titles)
    : columns(letters) {
  row(titles);
}

void Document::Table::row(std::initializer_list<std::string_view> cells) {
  rows.emplace_back(cells.begin(), cells.end());
}

void Document::heading(std::string_view words, int level) {
  blocks_.emplace_back(Heading{std::string(words), level});
}
void Document::paragraph(std::string_view words) { blocks_.emplace_back(Paragraph{std::string(words)}); }
void Document::formula(std::string_view latex, bool within) {
  blocks_.emplace_back(Formula{std::string(latex), within});
}
void Document::table(const Table& table) {
  if (table.rows.size() > 1) blocks_.emplace_back(table);
}
void Document::picture(std::string_view svg, std::string_view title) {
  blocks_.emplace_back(Picture{std::string(svg), std::string(title)});
}
void Document::append(const Document& other) {
  blocks_.insert(blocks_.end(), other.blocks_.begin(), other.blocks_.end());
}

}  // namespace hindsight
