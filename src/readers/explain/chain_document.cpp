// A chain as a document. Its formulas are those of the text, read back and written in LaTeX.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/words.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

class Writer {
 public:
  explicit Writer(const Chain& chain) : chain_(chain), values_(chain.at.begin(), chain.at.end()) {
    for (const Node& node : chain.nodes)
      if (!node.formula.empty()) values_.emplace(node.name, node.value);
  }

  Document written() {
    std::string variables;
    for (const auto& entry : chain_.at)
      variables += (variables.empty() ? "" : ", ") + latex_name(entry.first);
    page_.formula(formatted("{}({}) = {}", chain_.result, variables, in_latex(chain_.expression)));
    page_.heading("Forward pass: each value, and how it changes with what it is made of");
    for (std::size_t i = 0; i < chain_.nodes.size(); ++i) forward(i);
    page_.formula(formatted("{} = {}", chain_.result, digits(chain_.value())));
    if (chain_.at.empty()) return page_;
    page_.heading("Backward pass: how the result changes with each value, from the result down");
    for (std::size_t i = chain_.nodes.size(); i-- > 0;) {
      const Node& node = chain_.nodes[i];
      if (!node.links.empty() || node.is_variable)
        page_.formula(formatted("{} = {}", by(node.name), digits(node.gradient)));
    }
    for (const Derivative& d : chain_.derivatives) chain_rule(d);
    return page_;
  }

 private:
  /// Reading makes a variable of each name that it is given: those that occur are enough.
  std::string in_latex(const std::string& formula) const {
    std::map<std::string, double> values;
    const auto begins = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; };
    const auto goes_on = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (auto name = formula.begin(); name != formula.end();) {
      name = std::find_if(name, formula.end(), begins);  // behind digits, too: "18x"
      const auto end = std::find_if_not(name, formula.end(), goes_on);
      if (const auto found = values_.find(std::string(name, end)); found != values_.end())
        values.insert(*found);
      name = end;
    }
    return latex(read_expression(formula, values).value);
  }
  std::string digits(double value) const {
    if (std::isnan(value)) return "\\mathrm{nan}";
    if (std::isinf(value)) return value < 0 ? "-\\infty" : "\\infty";
    return in_latex(formatted("{:.10g}", value));
  }
  std::string factor(double value) const {
    return value < 0 ? "\\left(" + digits(value) + "\\right)" : digits(value);
  }
  /// Of the result.
  std::string by(const std::string& name) const {
    return formatted("\\frac{{\\partial {}}}{{\\partial {}}}", chain_.result, latex_name(name));
  }
  /// Of a node by one of its inputs, which is told apart where the node has it several times.
  std::string ratio(std::size_t node, std::size_t link) const {
    const std::string which = ordinal(chain_, node, link);
    const std::string below = latex_name(chain_.nodes[chain_.nodes[node].links[link].input].name);
    return formatted("\\frac{{\\partial {}}}{{\\partial {}}}", latex_name(chain_.nodes[node].name),
                     which.empty() ? below : formatted("\\left(\\text{{{} }}{}\\right)", which, below));
  }

  /// A formula with numbers that are not finite cannot be read, and is its value.
  std::string readable(const std::string& formula, const std::string& otherwise) const try {
    return formula.empty() ? otherwise : in_latex(formula);
  } catch (const ParseError&) {
    return otherwise;
  }

  void equation(const std::string& left, const std::string& formula, double value, bool within = false) {
    const std::string number = digits(value), shown = readable(formula, number);
    page_.formula(left + " = " + (shown == number ? number : shown + " = " + number), within);
  }

  void forward(std::size_t i) {
    const Node& node = chain_.nodes[i];
    if (node.formula.empty() && !node.is_variable) return;
    equation(latex_name(node.name), node.formula, node.value);
    for (std::size_t k = 0; k < node.links.size(); ++k)
      equation(ratio(i, k), node.links[k].derivative, node.links[k].value, true);
  }

  void path(const Path& path) {
    std::string symbols, numbers;
    for (const auto& [node, k] : path.links) {
      const std::string times = symbols.empty() ? "" : " \\cdot ";
      symbols += times + ratio(node, k);
      numbers += times + factor(chain_.nodes[node].links[k].value);
    }
    const bool is_one = path.links.size() == 1;
    if (!symbols.empty())
      page_.formula(formatted("{} = {}{}", symbols, is_one ? "" : numbers + " = ", digits(path.product)));
  }

  void chain_rule(const Derivative& d) {
    page_.heading(formatted("Chain rule: the derivative by ${}${}", latex_name(d.variable),
                            d.is_rounding ? ", which is 0 within rounding" : ""));
    if (d.paths.size() > 1) page_.paragraph(paths_words(chain_, d) + ":");
    for (const Path& each : d.paths) path(each);
    if (d.path_count > static_cast<double>(d.paths.size())) page_.paragraph(other_paths(d) + ".");
    equation(by(d.variable), d.formula, d.value);
    if (!d.term_by_term.empty()) {
      page_.paragraph("Checked by expanding, and taking the derivative term by term:");
      page_.formula(formatted("{} = {}", chain_.result, in_latex(chain_.expanded)));
      page_.formula(formatted("{} = {}", by(d.variable), in_latex(d.term_by_term)));
    }
    page_.paragraph(code(verdict(d)));
  }

  const Chain& chain_;
  std::map<std::string, double> values_;
  Document page_;
};

}  // namespace

Document document(const Chain& chain) { return Writer(chain).written(); }

}  // namespace hindsight::explain
