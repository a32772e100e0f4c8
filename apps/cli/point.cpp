#include "point.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include <fast_float/fast_float.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hs = hindsight;

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// "wine/model", "iris.csv": no blanks or operators of expressions, but a / or a . before a letter.
bool looks_like_a_path(std::string_view text) {
  if (text.find_first_of(" ()*+^,") != std::string_view::npos) return false;
  const std::size_t dot = text.rfind('.');
  return text.find('/') != std::string_view::npos ||
         (dot + 1 < text.size() && std::isalpha(static_cast<unsigned char>(text[dot + 1])));
}

/// As expressions have them: a letter first, then letters, digits and _.
bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

std::map<std::string, double> point_of(const std::vector<std::string>& entries) {
  std::map<std::string, double> point;
  for (const std::string& entry : entries) {
    const std::string_view text = entry;
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string name(trimmed(text.substr(0, equals)));
    const std::string_view digits = trimmed(text.substr(std::min(equals + 1, text.size())));
    double value = 0;
    const char* last = digits.data() + digits.size();
    if (!is_name(name) || digits.empty() || fast_float::from_chars(digits.data(), last, value).ptr != last)
      hs::fail<hs::ValueError>("--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"{}\"",
                               hs::excerpt(entry));
    if (!point.emplace(name, value).second) hs::fail<hs::ValueError>("--at gives {} twice", name);
  }
  return point;
}

/// A value that nothing takes is a slip of the pen.
void require_used(const std::map<std::string, double>& point, const hs::explain::Expression& expression) {
  for (const auto& given : point)
    if (std::none_of(expression.variables.begin(), expression.variables.end(),
                     [&](const auto& variable) { return variable.first == given.first; }))
      hs::fail<hs::ValueError>("--at gives {}, which does not occur in \"{}\"", given.first,
                               hs::excerpt(expression.text));
}

}  // namespace

Command::Option point_option(std::vector<std::string>& at) {
  return {.name = "--at",
          .value = &at,
          .type = "NAME=X,...",
          .what = "Values of the variables: x=2 or x=2,y=0.5",
          .delimiter = ','};
}

hs::explain::Expression expression_of(const std::string& subject, const std::string& data,
                                      const std::vector<std::string>& at) {
  if (!data.empty())
    hs::fail<hs::ValueError>("\"{}\" is read as an expression, which takes no data: {} is too much",
                             hs::excerpt(subject), data);
  const auto point = point_of(at);
  try {
    auto expression = hs::explain::read_expression(trimmed(subject), point);
    require_used(point, expression);
    hs::explain::require_finite(expression);
    return expression;
  } catch (const hs::ParseError& error) {
    std::error_code ignored;
    if (std::filesystem::exists(subject, ignored))
      hs::fail<hs::ValueError>(
          "\"{}\" is no model: that is a .safetensors file, or a folder with model.safetensors; a table of "
          "samples "
          "stands behind its model",
          subject);
    if (!looks_like_a_path(subject)) throw;
    hs::fail<hs::ValueError>("{}; and no file or folder has that name", error.what());
  }
}
