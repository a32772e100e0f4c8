// A chain as a document. Its formulas are those of the text, read back and written in LaTeX.
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/words.hpp"

namespace hindsight::explain {
namespace {

class Writer {
 public:
  explicit Writer(const Chain& chain) : chain_(chain) {}

  Document written() {
    std::string variables;
    for (const auto& entry : chain_.at) variables += (variables.empty() ? "" : ", ") + in_latex(entry.first);
    page_.formula(formatted("{}({}) = {}", chain_.result, variables, in_latex(chain_.expression)));
    page_.heading("Forward pass: each value, and how it changes with what it is made of");
    for (const Node& node : chain_.nodes) forward(node);
    for (const Derivative& d : chain_.derivatives) chain_rule(d);
    return page_;
  }

 private:
  std::string in_latex(const std::string& formula) const { return latex(chain_, formula); }
  std::string digits(double value) const {
    if (std::isnan(value)) return "\\mathrm{nan}";
    if (std::isinf(value)) return value < 0 ? "-\\infty" : "\\infty";
    return in_latex(formatted("{:.10g}", value));
  }
  std::string factor(double value) const {
    return value < 0 ? "\\left(" + digits(value) + "\\right)" : digits(value);
  }
  std::string ratio(const std::string& above, const std::string& below) const {
    return "\\frac{\\partial " + above + "}{\\partial " + in_latex(below) + "}";
  }

  /// What is not finite may have a formula with numbers that cannot be read, and is its value.
  void equation(const std::string& left, const std::string& formula, double value, bool within = false) {
    const std::string number = digits(value);
    const std::string shown = formula.empty() || !std::isfinite(value) ? number : in_latex(formula);
    page_.formula(left + " = " + (shown == number ? number : shown + " = " + number), within);
  }

  void forward(const Node& node) {
    if (node.formula.empty() && !node.is_variable) return;
    const std::string name = in_latex(node.name);
    equation(name, node.formula, node.value);
    for (const Link& link : node.links)
      equation(ratio(name, chain_.nodes[link.input].name), link.derivative, link.value, true);
  }

  void chain_rule(const Derivative& d) {
    page_.heading(formatted("Chain rule: the derivative by ${}${}", in_latex(d.variable),
                            d.is_rounding ? ", which is 0 within rounding" : ""));
    for (const Path& path : d.paths) {
      std::string symbols, numbers;
      for (const auto& [node, k] : path.links) {
        const Link& link = chain_.nodes[node].links[k];
        const std::string times = symbols.empty() ? "" : " \\cdot ";
        symbols += times + ratio(in_latex(chain_.nodes[node].name), chain_.nodes[link.input].name);
        numbers += times + factor(link.value);
      }
      if (path.links.size() > 1)
        page_.formula(formatted("{} = {} = {}", symbols, numbers, digits(path.product)));
    }
    if (d.path_count > static_cast<double>(d.paths.size())) page_.paragraph(other_paths(d));
    equation(ratio(chain_.result, d.variable), d.formula, d.value);
    page_.paragraph(code(verdict(d)));
  }

  const Chain& chain_;
  Document page_;
};

}  // namespace

Document document(const Chain& chain) { return Writer(chain).written(); }

}  // namespace hindsight::explain
