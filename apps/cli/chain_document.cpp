// Its formulas are those of the text, read back and written in LaTeX.
#include "chain_document.hpp"

#include <cmath>

#include "base/format.hpp"

namespace {

using hindsight::formatted;
using namespace hindsight::explain;

struct Style {
  std::string equation, title, sentence;  // with {} for what stands in it
};

class Document {
 public:
  Document(const Chain& chain, const Style& style) : chain_(chain), style_(style) {}

  std::string str() {
    std::string variables;
    for (const auto& entry : chain_.at)
      variables += (variables.empty() ? "" : ", ") + latex(chain_, entry.first);
    add(style_.equation,
        formatted("{}({}) = {}", chain_.result, variables, latex(chain_, chain_.expression)));
    add(style_.title, "Forward pass: each value, and how it changes with what it is made of");
    for (const Node& node : chain_.nodes) forward(node);
    for (const Derivative& d : chain_.derivatives) chain_rule(d);
    return text_;
  }

 private:
  void add(const std::string& frame, const std::string& what) {
    const std::size_t place = frame.find("{}");
    text_ += frame.substr(0, place) + what + frame.substr(place + 2);
  }

  std::string digits(double value) const {
    if (std::isnan(value)) return "\\mathrm{nan}";
    if (std::isinf(value)) return value < 0 ? "-\\infty" : "\\infty";
    return latex(chain_, formatted("{:.10g}", value));
  }
  std::string factor(double value) const {
    return value < 0 ? "\\left(" + digits(value) + "\\right)" : digits(value);
  }
  std::string ratio(const std::string& above, const std::string& below) const {
    return "\\frac{\\partial " + above + "}{\\partial " + latex(chain_, below) + "}";
  }

  /// What is not finite may have a formula with numbers that cannot be read, and is its value.
  void equation(const std::string& left, const std::string& formula, double value) {
    const std::string number = digits(value);
    const std::string shown = formula.empty() || !std::isfinite(value) ? number : latex(chain_, formula);
    add(style_.equation, left + " = " + (shown == number ? number : shown + " = " + number));
  }

  void forward(const Node& node) {
    if (node.formula.empty() && !node.is_variable) return;
    const std::string name = latex(chain_, node.name);
    equation(name, node.formula, node.value);
    for (const Link& link : node.links)
      equation("\\qquad " + ratio(name, chain_.nodes[link.input].name), link.derivative, link.value);
  }

  void chain_rule(const Derivative& d) {
    add(style_.title, formatted("Chain rule: the derivative by ${}${}", latex(chain_, d.variable),
                                d.is_rounding ? ", which is 0 within rounding" : ""));
    for (const Path& path : d.paths) {
      std::string symbols, numbers;
      for (const auto& [node, k] : path.links) {
        const Link& link = chain_.nodes[node].links[k];
        const std::string times = symbols.empty() ? "" : " \\cdot ";
        symbols += times + ratio(latex(chain_, chain_.nodes[node].name), chain_.nodes[link.input].name);
        numbers += times + factor(link.value);
      }
      if (path.links.size() > 1)
        add(style_.equation, formatted("{} = {} = {}", symbols, numbers, digits(path.product)));
    }
    equation(ratio(chain_.result, d.variable), d.formula, d.value);
    add(style_.sentence, verdict(d));
  }

  const Chain& chain_;
  const Style& style_;
  std::string text_;
};

}  // namespace

std::string markdown_of(const Chain& chain) {
  static const Style style{"$$ {} $$\n\n", "## {}\n\n", "`{}`\n\n"};
  std::string text = Document(chain, style).str();
  text.pop_back();
  return text;
}

std::string latex_of(const Chain& chain) {
  static const Style style{"\\[ {} \\]\n", "\\subsection*{{}}\n", "\\begin{verbatim}\n{}\n\\end{verbatim}\n"};
  return "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n" +
         Document(chain, style).str() + "\\end{document}\n";
}
