#include "readers/explain/template.hpp"

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

const Attribute* find(const Attributes& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

}  // namespace

std::string value_text(const Attribute& attribute) {
  return Attributes{attribute}.str().substr(attribute.name.size() + 1);
}

std::string filled(std::string_view text, const Attributes& attributes,
                   const std::function<std::string(std::size_t, bool)>& input) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    const std::string_view key = close == std::string_view::npos ? "" : text.substr(i + 1, close - i - 1);
    if (key.size() == 1 && key[0] >= '0' && key[0] <= '9') {
      const bool apart = i > 0 && text[i - 1] == '{' && close + 1 < text.size() && text[close + 1] == '}';
      result += input(static_cast<std::size_t>(key[0] - '0'), apart);
    } else if (const Attribute* attribute = find(attributes, key)) {
      result += value_text(*attribute);
    } else {
      result += text[i];
      continue;
    }
    i = close;
  }
  return result;
}

}  // namespace hindsight::explain
