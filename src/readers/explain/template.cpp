#include "readers/explain/template.hpp"

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

std::string attribute(const Attributes& attributes, std::string_view name) {
  for (const Attribute& entry : attributes) {
    if (entry.name != name) continue;
    if (const double* value = std::get_if<double>(&entry.value)) return formatted("{}", *value);
    if (const std::int64_t* value = std::get_if<std::int64_t>(&entry.value)) return formatted("{}", *value);
    if (const DType* value = std::get_if<DType>(&entry.value)) return std::string(hindsight::name(*value));
  }
  return std::string(name);
}

}  // namespace

std::string filled(std::string_view text, const Attributes& attributes,
                   const std::function<std::string(std::size_t)>& input) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      result += text[i];
      continue;
    }
    const std::string_view key = text.substr(i + 1, close - i - 1);
    const bool is_input = key.size() == 1 && key[0] >= '0' && key[0] <= '9';
    result += is_input ? input(static_cast<std::size_t>(key[0] - '0')) : attribute(attributes, key);
    i = close;
  }
  return result;
}

}  // namespace hindsight::explain
