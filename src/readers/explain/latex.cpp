// Formulas in LaTeX, from the operations' own.
#include <cctype>
#include <cmath>

#include <hindsight/explain.hpp>
#include <hindsight/graph.hpp>

#include "base/format.hpp"
#include "readers/explain/template.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

/// "1.5e+12" of "1500000000000"
std::string in_powers_of_ten(const std::string& digits) {
  const std::size_t first = digits.find_first_not_of('-');
  const std::string factor = digits.substr(0, digits.find_last_not_of('0') + 1);
  const std::string behind = factor.substr(first + 1);
  return formatted("{}{}{}e+{}", factor.substr(0, first + 1), behind.empty() ? "" : ".", behind,
                   digits.size() - first - 1);
}

std::string number(double value) {
  std::string digits = formatted("{}", value);
  // Zeros at the end of many digits would look as if they were known.
  if (digits.size() > 11 && digits.ends_with("000") && digits.find_first_of(".e") == std::string::npos)
    digits = in_powers_of_ten(digits);
  const std::size_t e = digits.find('e');
  if (e == std::string::npos) return digits;
  const std::string factor = digits.substr(0, e);
  const std::string times = factor == "1" ? "" : factor == "-1" ? "-" : factor + R"( \cdot )";
  return formatted("{}10^{{{}}}", times, std::stoi(digits.substr(e + 1)));
}

/// x_{1} cannot have another index, nor x^{2} another exponent.
bool has_script(const Op& op, std::size_t position, const std::string& input) {
  for (const char script : {'_', '^'})
    if (op.latex.find(formatted("{{{}}}{}", position, script)) != std::string_view::npos &&
        input.find(script) != std::string::npos)
      return true;
  return false;
}

Written applied(const Tensor& node, const std::vector<Written>& inputs) {
  const Op& op = node.op();
  const auto input = [&](std::size_t position, bool apart) {
    const auto& [text, binding, shape, transpose, transpose_binding] = inputs.at(position);
    const bool looser = !apart && (binding < op.binding ||
                                   (binding == op.binding && position > 0 && binding != Binding::call));
    // "x - -y", "--x"
    const bool two_signs = !apart && text.starts_with('-') && (position > 0 || op.latex.starts_with('-'));
    return looser || two_signs || has_script(op, position, text) ? formatted(R"(\left({}\right))", text)
                                                                 : text;
  };
  return {filled(op.latex, node.attributes(), input), op.binding};
}

}  // namespace

std::string latex_name(const std::string& name) {
  if (name.starts_with("delta_")) return formatted(R"(\delta_{{{}}})", latex_name(name.substr(6)));
  if (name.starts_with("dL/d"))
    return formatted(R"(\frac{{\partial L}}{{\partial {}}})", latex_name(name.substr(4)));
  if (name == "pi") return R"(\pi)";
  std::size_t letters = 0;
  while (letters < name.size() && std::isalpha(static_cast<unsigned char>(name[letters]))) ++letters;
  const std::string index = name.substr(letters);
  std::string text =
      letters == 1 ? name.substr(0, 1) : formatted(R"(\mathrm{{{}}})", name.substr(0, letters));
  if (index.empty()) return text;
  text += "_{";
  for (const char c : index) text += c == '_' ? ',' : c;
  return text + "}";
}

std::string latex(const Tensor& node) {
  std::map<std::uint64_t, Written> known;
  const Graph graph = Graph::of(node);
  for (const Tensor& part : graph.nodes()) {
    if (part.is_leaf()) {
      const bool is_number = part.name().empty() && part.dtype() != boolean;
      const double value = is_number ? part.array().at(0) : 0;
      known[part.id()] = is_number
                             ? Written{number(value), std::signbit(value) ? Binding::sign : Binding::call}
                             : Written{latex_name(written_leaf(part).text)};
      continue;
    }
    std::vector<Written> inputs;
    for (const Tensor& input : part.inputs()) inputs.push_back(known.at(input.id()));
    known[part.id()] = part.op().text == "{0}" ? inputs[0] : applied(part, inputs);
  }
  return known.at(node.id()).text;
}

}  // namespace hindsight::explain
