// Every number that an explanation prints, once more: from eager float64 gradients, and by running a model
// that was changed by hand. The networks have one hidden layer, written out as matrices.
#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>

#include <hindsight/blame/prediction.hpp>
#include <hindsight/blame/weight.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/hindsight.hpp>

#include "base/format.hpp"
#include "graph/history.hpp"
#include "readers/blame/names.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace blame = hindsight::blame;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

constexpr std::int64_t inputs = 3, hidden = 4, classes = 3;

void expect_printed(const std::string& text, double value, double tolerance, const std::string& where) {
  EXPECT_NEAR(std::stod(text), value, tolerance * std::abs(value) + 1e-300) << where;
}

Tensor with(const Tensor& x, std::int64_t element, double value) {
  std::vector<double> numbers = x.to_vector<double>();
  numbers[static_cast<std::size_t>(element)] = value;
  return hs::tensor(numbers, x.shape());
}

struct Net {
  nn::Sequential model{nn::Linear(inputs, hidden, {.dtype = hs::float64}), nn::ReLU(),
                       nn::Linear(hidden, classes, {.dtype = hs::float64})};
  Tensor x, y;

  explicit Net(std::uint32_t seed, std::int64_t samples) {
    hs::manual_seed(seed);
    for (hs::Parameter p : model.parameters()) p.assign(hs::randn(p.shape(), {.dtype = hs::float64}));
    x = hs::randn({samples, inputs}, {.dtype = hs::float64});
    y = hs::rand({samples, classes}, {.dtype = hs::float64}).argmax(1);
  }
  Tensor value(std::size_t k) const { return model.parameters()[k].value(); }

  /// The forward pass by hand: products, sums, activations.
  struct Pass {
    Tensor product1, z1, a1, product2, z2, loss;
  };
  Pass pass(const Tensor& features, const Tensor& targets) const {
    Pass p;
    p.product1 = hs::matmul(features, value(0).t());
    p.z1 = p.product1 + value(1);
    p.a1 = hs::relu(p.z1);
    p.product2 = hs::matmul(p.a1, value(2).t());
    p.z2 = p.product2 + value(3);
    p.loss = nn::CrossEntropyLoss()(p.z2, targets);
    return p;
  }
  blame::Problem problem() const {
    return {[m = model](const Tensor& f, const Tensor& t) { return nn::CrossEntropyLoss()(m(f), t); }, x, y};
  }
  double probability(const Tensor& logits) const {
    return hs::softmax(logits, 1).array().at(static_cast<std::int64_t>(y.array().at(0)));
  }
};

/// δ and activation of each sample for an element of a parameter.
struct ByHand {
  std::vector<double> delta, activation;
  double gradient = 0, moved = 0;
  std::size_t count = 0;

  ByHand(const Net& net, std::size_t parameter, std::int64_t element) {
    const Net::Pass p = net.pass(net.x, net.y);
    const bool first = parameter < 2, is_weight = parameter % 2 == 0;
    const Tensor node = first ? (is_weight ? p.product1 : p.z1) : (is_weight ? p.product2 : p.z2);
    const Tensor deltas = hs::grad(p.loss, node), below = first ? net.x : p.a1;
    const std::int64_t width = node.size(1), depth = below.size(1);
    const std::int64_t unit = is_weight ? element / depth : element, from = element % depth;
    for (std::int64_t n = 0; n < net.x.size(0); ++n) {
      delta.push_back(deltas.array().at(n * width + unit));
      activation.push_back(is_weight ? below.array().at(n * depth + from) : 1);
      const double term = delta.back() * activation.back();
      gradient += term, moved += std::abs(term), count += term != 0;
    }
  }
};

/// (f(w + h) − f(w − h)) / 2h of the mean loss.
double slope(const Net& net, std::size_t parameter, std::int64_t element) {
  const hs::Parameter p = net.model.parameters()[parameter];
  const double h = 1e-5, w = p.value().array().at(element);
  const auto at = [&](double value) {
    const Tensor changed = with(p.value(), element, value);
    const hs::ParameterLoan loan(std::span(&p, 1), std::span(&changed, 1));
    return net.pass(net.x, net.y).loss.item();
  };
  return (at(w + h) - at(w - h)) / (2 * h);
}

Tensor one_hot_at(const Tensor& like, std::int64_t element) {
  return with(hs::zeros(like.shape(), {.dtype = hs::float64}), element, 1);
}

/// Each factor of each path is the local derivative between two nodes that follow each other.
void expect_factors(const blame::Ledger& ledger, const Tensor& loss) {
  const hs::Graph graph = hs::Graph::of(loss);
  const std::vector<std::string> names = blame::names_of(graph);
  for (const blame::Path& path : ledger.paths) {
    double product = 1;
    for (std::size_t s = 1; s < path.steps.size(); ++s) {
      const blame::Step &above = path.steps[s - 1], &below = path.steps[s];
      ASSERT_EQ(ledger.nodes[above.node].name, names[above.node]);
      const Tensor& node = graph[above.node];
      double factor = 0;
      if (s == 1)  // all ways from the loss to what the network gave
        factor = hs::grad(loss, graph[below.node]).array().at(below.element);
      for (std::size_t k = 0; s > 1 && k < node.inputs().size(); ++k)
        if (node.input(k).is(graph[below.node]))
          factor += hs::input_cotangent(node, one_hot_at(node, above.element), k).array().at(below.element);
      EXPECT_NEAR(below.factor, factor, tolerance::float64_rounding * std::abs(factor))
          << blame::place(ledger, below);
      product *= factor;
    }
    EXPECT_NEAR(path.contribution, product, tolerance::proof_rounding * std::abs(product));
  }
}

/// What all paths from the loss to an element move, and how many there are: every local derivative, taken by
/// every element of every node, from what the network gave down. There each element is one step from the
/// loss.
struct AllPaths {
  double moved = 0, count = 0;

  AllPaths(const Tensor& loss, const Tensor& target, std::int64_t element) {
    const hs::Graph graph = hs::Graph::of(loss);
    struct Reached {
      std::vector<double> moved, count;
    };
    std::vector<Reached> reached;
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const std::vector<double> none(static_cast<std::size_t>(graph[i].elements()), 0);
      reached.push_back({none, none});
    }
    std::size_t last = graph.size() - 1;
    while (graph[last].module_path().empty()) --last;
    const Tensor given = hs::grad(loss, graph[last]);
    for (std::size_t e = 0; e < reached[last].moved.size(); ++e) {
      reached[last].moved[e] = std::abs(given.array().at(static_cast<std::int64_t>(e)));
      reached[last].count[e] = reached[last].moved[e] != 0;
    }
    for (std::size_t i = last + 1; i-- > 0;)
      for (std::size_t e = 0; e < reached[i].moved.size(); ++e) {
        if (reached[i].count[e] == 0) continue;
        for (std::size_t k = 0; k < graph[i].inputs().size(); ++k) {
          if (!graph[i].input(k).requires_grad()) continue;
          const Tensor by_input =
              hs::input_cotangent(graph[i], one_hot_at(graph[i], static_cast<std::int64_t>(e)), k);
          Reached& below = reached[graph.inputs(i)[k]];
          for (std::size_t j = 0; j < below.moved.size(); ++j) {
            const double factor = by_input.array().at(static_cast<std::int64_t>(j));
            below.moved[j] += std::abs(factor) * reached[i].moved[e];
            below.count[j] += factor == 0 ? 0 : reached[i].count[e];
          }
        }
      }
    const Reached& there = reached[graph.index_of(target)];
    moved = there.moved[static_cast<std::size_t>(element)];
    count = there.count[static_cast<std::size_t>(element)];
  }
};

void expect_all_paths(const blame::Ledger& ledger, const Tensor& loss, const Tensor& target,
                      std::int64_t element, const std::string& where) {
  const AllPaths all(loss, target, element);
  EXPECT_NEAR(ledger.moved, all.moved, tolerance::ledger * all.moved) << where;
  EXPECT_EQ(ledger.path_count, all.count) << where;
  double listed = 0;
  for (const blame::Path& path : ledger.paths) listed += std::abs(path.contribution);
  const std::string shown =
      hs::formatted("Paths: {} of {:.10g} path{}, {:.1f} % of all that is moved\n", ledger.paths.size(),
                    all.count, all.count == 1 ? "" : "s", 100 * std::min(1.0, listed / all.moved));
  EXPECT_NE(where.find(shown), std::string::npos) << shown << where;
}

/// "    0.15 = 0.3 * 0.5  sample 17: delta at …"
struct TermLine {
  std::string term, delta, activation;
  std::size_t sample = 0;
};

std::optional<TermLine> term_line(const std::string& line) {
  std::istringstream words(line);
  TermLine found;
  std::string equals, times, sample;
  words >> found.term >> equals >> found.delta >> times >> found.activation >> sample >> found.sample;
  if (!words || equals != "=" || times != "*" || sample != "sample") return std::nullopt;
  return found;
}

}  // namespace

TEST(PrintedNumbers, OfOneWeight) {
  const Net net(4, 30);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::int64_t element = 0; element < net.value(k).elements(); ++element) {
      const auto report =
          blame::explain_weight(net.problem(), net.model.parameters()[k], element, {.terms = 6, .paths = 4});
      const ByHand hand(net, k, element);
      const std::string text = to_text(report), where = report.weight + "\n" + text;
      EXPECT_EQ(report.value, net.value(k).array().at(element));
      EXPECT_NEAR(report.gradient, hand.gradient, tolerance::ledger * hand.moved) << where;
      EXPECT_NEAR(report.moved, hand.moved, tolerance::ledger * hand.moved) << where;
      EXPECT_EQ(report.term_count, hand.count) << where;
      EXPECT_NEAR(report.numerical, slope(net, k, element), tolerance::lesson_difference) << where;
      std::istringstream lines(text);
      std::string line;
      std::size_t terms = 0;
      double listed = 0, listed_moves = 0;
      while (std::getline(lines, line)) {
        const auto found = term_line(line);
        if (!found) continue;
        const std::size_t n = found->sample;
        const double term = hand.delta[n] * hand.activation[n];
        expect_printed(found->term, term, tolerance::printed_six_digits, where);
        expect_printed(found->delta, hand.delta[n], tolerance::printed_six_digits, where);
        expect_printed(found->activation, hand.activation[n], tolerance::printed_six_digits, where);
        ++terms, listed += term, listed_moves += std::abs(term);
      }
      EXPECT_EQ(terms, std::min<std::size_t>(6, hand.count)) << where;
      EXPECT_NEAR(report.rest, hand.gradient - listed, tolerance::ledger * hand.moved) << where;
      if (terms < hand.count) {
        const std::string moves = hs::formatted("{}; the largest {} move {:.1f} % of all\n", hand.count,
                                                terms, 100 * listed_moves / hand.moved);
        EXPECT_NE(text.find(moves), std::string::npos) << moves << where;
      }
      if (report.terms.empty()) continue;
      const std::int64_t row[] = {report.terms[0].sample};
      const hs::KeepHistory keep;  // as the report does, so that nodes are counted alike
      const Tensor loss = net.problem().loss(Tensor(net.x.array().rows(row)).named("x"),
                                             Tensor(net.y.array().rows(row)).named("y"));
      const double alone = hs::grad(loss, net.value(k)).array().at(element);
      EXPECT_NEAR(report.chain.gradient, alone, tolerance::float64_rounding * std::abs(alone)) << where;
      EXPECT_NEAR(report.chain.sum, alone, tolerance::ledger * report.chain.moved) << where;
      expect_factors(report.chain, loss);
      expect_all_paths(report.chain, loss, net.value(k), element, text);
    }
}

TEST(PrintedNumbers, OfAPrediction) {
  const Net net(9, 1);
  const Tensor x = net.x.requires_grad_();
  const Tensor logits = net.model(x);
  const blame::Outcome outcome{
      x, nn::CrossEntropyLoss()(logits, net.y),
      hs::softmax(logits, 1).slice(1, net.y.item<std::int64_t>(), net.y.item<std::int64_t>() + 1).sum()};
  const std::vector<double> means{0.1, -0.2, 0.3};
  const auto report = blame::explain_prediction(outcome, {.most = 100, .reference = means});
  const Net::Pass p = net.pass(x, net.y);
  EXPECT_NEAR(report.loss, p.loss.item(), tolerance::float64_rounding);
  EXPECT_NEAR(report.probability, net.probability(p.z2), tolerance::float64_rounding);
  const auto expect_culprit = [&](const blame::Culprit& c, const Tensor& gradient, std::int64_t element,
                                  double value, double reference, const Tensor& logits_after) {
    EXPECT_EQ(c.value, value) << c.name;
    EXPECT_EQ(c.reference, reference) << c.name;
    EXPECT_NEAR(c.gradient, gradient.array().at(element), tolerance::float64_rounding) << c.name;
    EXPECT_NEAR(c.blame(), gradient.array().at(element) * (value - reference), tolerance::float64_rounding)
        << c.name;
    EXPECT_NEAR(c.probability_after, net.probability(logits_after), tolerance::float64_rounding) << c.name;
    EXPECT_NEAR(c.loss_after, -std::log(net.probability(logits_after)), tolerance::proof_rounding) << c.name;
    for (const std::string& line :
         {hs::formatted("{:>11.4g}  {} = {:.4g}", c.blame() + 0.0, c.name, value + 0.0),
          hs::formatted("probability {:.4g} -> {:.4g}\n", net.probability(p.z2),
                        net.probability(logits_after))})
      EXPECT_NE(to_text(report).find(line), std::string::npos) << line << "\n" << to_text(report);
  };
  std::size_t seen = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const hs::Parameter parameter = net.model.parameters()[k];
    const Tensor before = parameter.value(), gradient = hs::grad(p.loss, before);
    for (std::int64_t e = 0; e < before.elements(); ++e)
      for (const blame::Culprit& c : report.weights.culprits) {
        const std::int64_t columns = before.dim() == 2 ? before.size(1) : 1;
        const std::string place = before.dim() == 2
                                      ? std::to_string(e / columns) + ", " + std::to_string(e % columns)
                                      : std::to_string(e);
        if (c.name != parameter.name() + "[" + place + "]") continue;
        ++seen;
        const Tensor changed = with(before, e, 0);
        const hs::ParameterLoan loan(std::span(&parameter, 1), std::span(&changed, 1));
        expect_culprit(c, gradient, e, before.array().at(e), 0, net.pass(x, net.y).z2);
      }
  }
  EXPECT_EQ(seen, report.weights.culprits.size());
  const Tensor by_unit = hs::grad(p.loss, p.a1), by_feature = hs::grad(p.loss, x);
  for (const blame::Culprit& c : report.units.culprits) {
    const std::int64_t unit = std::stoi(c.name.substr(5));
    const Tensor silenced = with(p.a1, unit, 0);
    expect_culprit(c, by_unit, unit, p.a1.array().at(unit), 0,
                   hs::matmul(silenced, net.value(2).t()) + net.value(3));
  }
  for (const blame::Culprit& c : report.features.culprits) {
    const std::int64_t feature = std::stoi(c.name.substr(8));
    const double mean = means[static_cast<std::size_t>(feature)];
    expect_culprit(c, by_feature, feature, x.array().at(feature), mean,
                   net.pass(with(x, feature, mean), net.y).z2);
  }
  EXPECT_EQ(report.features.culprits.size(), 3U);
  EXPECT_GE(report.units.culprits.size(), 1U);
  for (std::int64_t unit = 0; unit < hidden; ++unit) {
    const bool inactive = p.z1.array().at(unit) < 0;
    const auto& none = report.without_blame;
    EXPECT_EQ(
        std::find(none.begin(), none.end(), "unit " + std::to_string(unit) + " of module 1") != none.end(),
        inactive);
  }
}
