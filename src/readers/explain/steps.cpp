// The chain rule one node at a time: forward, then backward, with the graph and what is known of it beside.
#include <algorithm>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/words.hpp"

namespace hindsight::explain {
namespace {

class Steps {
 public:
  explicit Steps(const Chain& chain) : chain_(chain), gradients_(chain.nodes.size(), 0.0) {
    for (std::size_t i = 0; i < chain.nodes.size(); ++i)
      if (is_shown(i)) shown_.push_back(i);
    for (const std::size_t i : shown_) width_ = std::max(width_, label(i).size());
  }

  std::string str() {
    for (const std::size_t i : shown_) forward(i);
    if (chain_.at.empty()) return text_;
    gradients_.back() = 1;
    reached_ = chain_.nodes.size() - 1;
    step(formatted("backward: the result changes with itself as 1, so d{0}/d{1} = 1", chain_.result,
                   chain_.nodes.back().name));
    draw(chain_.nodes.size() - 1);
    for (std::size_t i = chain_.nodes.size(); i-- > 0;)
      if (!chain_.nodes[i].links.empty()) backward(i);
    for (const Derivative& d : chain_.derivatives)
      if (!d.agrees) text_ += formatted("d{}/d{}: {}\n", chain_.result, d.variable, verdict(d));
    return text_;
  }

 private:
  bool is_shown(std::size_t i) const {
    return !chain_.nodes[i].formula.empty() || chain_.nodes[i].is_variable;
  }
  std::string label(std::size_t i) const {
    const Node& node = chain_.nodes[i];
    return node.formula.empty() ? node.name : node.name + " = " + node.formula;
  }
  void step(const std::string& what) { text_ += formatted("Step {}, {}\n", ++count_, what); }

  void forward(std::size_t i) {
    const Node& node = chain_.nodes[i];
    known_ = i + 1;
    if (node.is_variable)
      step(formatted("forward: {} is given, {}", node.name, number(node.value)));
    else
      step(formatted("forward: {} = {} = {} ({})", node.name, node.formula, number(node.value), node.words));
    draw(i);
  }

  /// What a node hands on to each of its inputs.
  void backward(std::size_t i) {
    const Node& node = chain_.nodes[i];
    for (std::size_t k = 0; k < node.links.size(); ++k) {
      const Link& link = node.links[k];
      const Node& input = chain_.nodes[link.input];
      const double before = gradients_[link.input], part = gradients_[i] * link.value;
      gradients_[link.input] += part;
      reached_ = std::min(reached_, link.input);
      const std::string by = ratio(chain_, i, k);
      step(formatted("backward: {} = {}, so {} gets d{}/d{} * {} = {} * {} = {}{}", by,
                     derivative_and_value(link), input.name, chain_.result, node.name, by,
                     number(gradients_[i]), number(link.value), number(part),
                     before == 0 ? "" : formatted(", added to {} from another path", number(before))));
      draw(link.input);
    }
  }

  void draw(std::size_t now) {
    for (const std::size_t i : shown_) {
      std::string line = formatted("  {} {:<{}}", i == now ? ">" : " ", label(i), width_);
      line += i < known_ ? formatted("  value {:<{}}", number(chain_.nodes[i].value), value_width_) : "";
      if (i >= reached_ && gradients_[i] != 0)
        line += formatted("  d{}/d{} {}", chain_.result, chain_.nodes[i].name, number(gradients_[i]));
      while (line.back() == ' ') line.pop_back();
      text_ += line + '\n';
    }
    text_ += '\n';
  }

  const Chain& chain_;
  std::vector<double> gradients_;
  std::vector<std::size_t> shown_;
  std::size_t width_ = 0, value_width_ = widest_value(chain_), known_ = 0,
              reached_ = static_cast<std::size_t>(-1);
  int count_ = 0;
  std::string text_;
};

}  // namespace

std::string to_steps(const Chain& chain) { return Steps(chain).str(); }

}  // namespace hindsight::explain
