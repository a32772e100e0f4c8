// A chain for Markdown and LaTeX. Its formulas are those of the text, read back and written in LaTeX.
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/words.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

std::string name_of(const Chain& chain, std::size_t i) { return latex_name(chain.nodes[i].name); }

std::string ratio(const std::string& above, const std::string& below) {
  return formatted(R"(\frac{{\partial {}}}{{\partial {}}})", above, below);
}

/// The same formula in LaTeX; what variables and steps are worth does not matter.
std::string in_latex(const Chain& chain, const std::string& formula) {
  std::map<std::string, double> names(chain.at.begin(), chain.at.end());
  for (const Node& node : chain.nodes)
    if (!node.formula.empty()) names.emplace(node.name, node.value);
  return latex(read_expression(formula, names).value);
}

/// A line of an equation's right sides: formula, then number.
std::string equation(const std::string& left, const std::string& formula, double value) {
  std::string digits = latex_digits(number(value));
  return formatted("{} = {}", left, formula == digits ? digits : formatted("{} = {}", formula, digits));
}

std::vector<std::string> forward(const Chain& chain) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < chain.nodes.size(); ++i) {
    const Node& node = chain.nodes[i];
    if (node.is_variable)
      lines.push_back(formatted("{} = {}", name_of(chain, i), latex_digits(number(node.value))));
    if (node.formula.empty()) continue;
    lines.push_back(equation(name_of(chain, i), in_latex(chain, node.formula), node.value));
    for (const Link& link : node.links)
      lines.push_back(R"(\qquad )" + equation(ratio(name_of(chain, i), name_of(chain, link.input)),
                                              in_latex(chain, link.derivative), link.value));
  }
  return lines;
}

std::vector<std::string> along(const Chain& chain, const Derivative& d) {
  std::vector<std::string> lines;
  for (const Path& path : d.paths) {
    std::string symbols, numbers;
    for (const auto& [node, k] : path.links) {
      const Link& link = chain.nodes[node].links[k];
      symbols +=
          (symbols.empty() ? "" : R"( \cdot )") + ratio(name_of(chain, node), name_of(chain, link.input));
      numbers += (numbers.empty() ? "" : R"( \cdot )") +
                 (link.value < 0 ? formatted(R"(\left({}\right))", latex_digits(number(link.value)))
                                 : latex_digits(number(link.value)));
    }
    if (path.links.size() > 1) lines.push_back(equation(symbols, numbers, path.product));
  }
  const std::string left = ratio(chain.result, latex_name(d.variable));
  lines.push_back(d.formula.empty() ? formatted("{} = {}", left, latex_digits(number(d.value)))
                                    : equation(left, in_latex(chain, d.formula), d.value));
  return lines;
}

/// Titles with the equations below each, and a sentence behind them.
struct Section {
  std::string title;
  std::vector<std::string> equations;
  std::string sentence;
};

std::vector<Section> sections(const Chain& chain) {
  std::vector<Section> all{
      {"Forward pass: each value, and how it changes with what it is made of", forward(chain), ""}};
  for (const Derivative& d : chain.derivatives)
    all.push_back({formatted("Chain rule: the derivative by {}{}", d.variable,
                             d.is_rounding ? ", which is 0 within rounding" : ""),
                   along(chain, d), verdict(d)});
  return all;
}

/// f(x) = its expression
std::string head(const Chain& chain) {
  std::string variables;
  for (const auto& entry : chain.at) variables += (variables.empty() ? "" : ", ") + latex_name(entry.first);
  return formatted("{}({}) = {}", chain.result, variables, in_latex(chain, chain.expression));
}

}  // namespace

std::string to_markdown(const Chain& chain) {
  std::string text = formatted("$$ {} $$\n", head(chain));
  for (const Section& section : sections(chain)) {
    text += formatted("\n## {}\n\n", section.title);
    for (const std::string& line : section.equations) text += formatted("$$ {} $$\n\n", line);
    if (!section.sentence.empty()) text += section.sentence + ".\n";
  }
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string to_latex(const Chain& chain) {
  std::string text = formatted("\\[ {} \\]\n", head(chain));
  for (const Section& section : sections(chain)) {
    text += formatted("\\subsection*{{{}}}\n", latex_words(section.title));
    for (const std::string& line : section.equations) text += formatted("\\[ {} \\]\n", line);
    if (!section.sentence.empty()) text += latex_words(section.sentence) + ".\n";
  }
  return latex_document(text);
}

}  // namespace hindsight::explain
