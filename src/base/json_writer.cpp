#include "base/json_writer.hpp"

#include "base/json.hpp"

namespace hindsight {

/// Nothing stands behind the bracket yet: a text would end with its quote.
bool JsonWriter::is_empty() const { return text_.back() == '{' || text_.back() == '['; }

void JsonWriter::new_line() {
  if (indent_ > 0) text_ += '\n' + std::string(indent_ * depth_, ' ');
}

void JsonWriter::begin() {
  if (text_.empty() || text_.back() == ':' || text_.ends_with(": ")) return;
  if (depth_ == 0) return;
  if (!is_empty()) text_ += ',';
  new_line();
}

void JsonWriter::open(char bracket) {
  begin();
  text_ += bracket;
  ++depth_;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!is_empty()) new_line();
  text_ += bracket;
}

void JsonWriter::written(std::string_view text) {
  begin();
  text_ += text;
}

void JsonWriter::line(std::string_view json) { written(json.substr(0, json.find_last_not_of('\n') + 1)); }

void JsonWriter::key(std::string_view name) {
  value(name);
  text_ += indent_ > 0 ? ": " : ":";
}

void JsonWriter::value(double number) { written(dump_json(Json(number))); }
void JsonWriter::value(std::string_view text) { written(dump_json(Json(text))); }

}  // namespace hindsight
