// Formulas in LaTeX, from the operations' own.
#include <cctype>
#include <cmath>

#include <hindsight/graph.hpp>

#include "base/format.hpp"
#include "readers/explain/template.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

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
  const auto input = [&](std::size_t position, bool in_braces) {
    const auto& [text, binding, shape, transpose, transpose_binding] = inputs.at(position);
    const bool looser = op.binding != Binding::call && !in_braces &&
                        (binding < op.binding || (binding == op.binding && position > 0));
    return looser || has_script(op, position, text) ? formatted(R"(\left({}\right))", text) : text;
  };
  return {filled(op.latex, node.attributes(), input), op.binding};
}

}  // namespace

std::string latex_digits(const std::string& digits) {
  const std::size_t e = digits.find('e');
  if (e == std::string::npos)
    return digits.ends_with("inf") ? digits.substr(0, digits.size() - 3) + R"(\infty)"
           : digits == "nan"       ? R"(\mathrm{nan})"
                                   : digits;
  const std::string factor = digits.substr(0, e);
  return formatted("{}10^{{{}}}", factor == "1" ? "" : factor + R"( \cdot )",
                   std::stoi(digits.substr(e + 1)));
}

std::string latex_words(const std::string& words) {
  std::string text;
  for (const char c : words) {
    if (c == '_' || c == '%' || c == '#' || c == '&' || c == '$' || c == '{' || c == '}') text += '\\';
    text += c == '^' ? "\\textasciicircum{}" : c == '"' ? "''" : std::string(1, c);
  }
  return text;
}

std::string latex_document(const std::string& body) {
  return "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n\\noindent\n" + body +
         "\\end{document}\n";
}

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
      const bool number = part.name().empty() && part.dtype() != boolean;
      const double value = number ? part.array().at(0) : 0;
      known[part.id()] = number ? Written{latex_digits(formatted("{}", value)),
                                          std::signbit(value) ? Binding::sign : Binding::call}
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
