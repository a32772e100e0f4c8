#include "readers/explain/template.hpp"

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

const Attribute* find(const Attributes& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_one_of(std::string_view signs, std::string_view commands, char sign, std::string_view command) {
  return signs.find(sign) != std::string_view::npos ||
         (command.size() > 1 && commands.find(std::string(command) + ' ') != std::string_view::npos);
}

/// What is between brackets, commas, relations stands apart, whatever it is; and so does a sum within a sum.
bool stands_apart(std::string_view before, std::string_view after) {
  while (before.ends_with(' ')) before.remove_suffix(1);
  while (after.starts_with(' ')) after.remove_prefix(1);
  if (before.empty() || after.empty()) return false;
  const std::size_t last = before.rfind('\\');
  return is_one_of("{([|,&<>=+", R"(\lceil \lfloor \ge \le \ne \begin{cases} )", before.back(),
                   last == std::string_view::npos ? "" : before.substr(last)) &&
         is_one_of("})]|,&<>=+-", R"(\right \ge \le \ne )", after[0],
                   after.substr(0, after.find_first_not_of(letters, 1)));
}

/// "\lfloor", to which letters would be added.
bool ends_in_command(std::string_view text) {
  const std::size_t last = text.find_last_not_of(letters);
  return last != std::string_view::npos && last + 1 < text.size() && text[last] == '\\';
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
      if (ends_in_command(result)) result += ' ';
      result += input(static_cast<std::size_t>(key[0] - '0'),
                      stands_apart(text.substr(0, i), text.substr(close + 1)));
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
