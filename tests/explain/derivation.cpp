// The backpropagation of a network as formulas. They are a program: run at other weights, they must give what
// backpropagation gives there.
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/explain/derivation.hpp>
#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "networks/networks.hpp"
#include "networks/zoo.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace explain = hindsight::explain;
using hs::Tensor;

namespace {

double largest(const Tensor& x) { return x.abs().amax().item(); }

void expect_close(const Tensor& got, const Tensor& want, const std::string& where) {
  const double scale = std::max(1e-3, largest(want));
  EXPECT_LE(largest(got - want), tolerance::ledger * scale) << where;
}

/// The gradients of all weights, computed by nothing but the formulas.
std::map<std::string, Tensor> run(const explain::Derivation& d, std::map<std::string, Tensor> values) {
  std::map<std::string, Tensor> gradients;
  for (const auto* lines : {&d.forward, &d.backward})
    for (const explain::Derived& line : *lines) {
      const Tensor value = explain::read_formula(line.formula, values, d.nodes).broadcast_to(line.shape);
      values[line.name] = value;
      if (line.name.starts_with("dL/d")) gradients[line.name.substr(4)] = value;
    }
  return gradients;
}

/// An operation with its attributes, the first node that has both, and the inputs through which a gradient
/// goes at any node that has them.
struct Use {
  const Tensor* node;
  std::set<std::size_t> by;
};

std::vector<Use> uses_in(const hs::Graph& graph) {
  std::vector<Use> uses;
  for (const Tensor& node : graph.nodes()) {
    if (node.is_leaf() || !node.requires_grad() || node.op().text == "{0}") continue;
    auto use = std::find_if(uses.begin(), uses.end(), [&](const Use& known) {
      return &known.node->op() == &node.op() && known.node->attributes() == node.attributes() &&
             known.node->inputs().size() == node.inputs().size();
    });
    if (use == uses.end()) use = uses.insert(uses.end(), {&node, {}});
    for (std::size_t k = 0; k < node.inputs().size(); ++k)
      if (node.input(k).requires_grad() && node.op().has_derivative(k)) use->by.insert(k);
  }
  return uses;
}

/// Each rule is read at what its first node has, and each gradient compared with the cotangent that
/// backpropagation makes.
void expect_rules(const explain::Derivation& d, const Tensor& loss, const std::string& what) {
  const hs::Graph graph = hs::Graph::of(loss);
  const std::vector<Use> uses = uses_in(graph);
  ASSERT_EQ(d.rules.size(), uses.size()) << what;
  for (std::size_t r = 0; r < uses.size(); ++r) {
    const explain::Rule& rule = d.rules[r];
    const Tensor& node = *uses[r].node;
    const std::string where = what + ": " + rule.formula + " of " + node.shape().str();
    EXPECT_EQ(rule.words, node.op().words) << where;
    std::map<std::string, Tensor> values;
    for (std::size_t k = 0; k < node.inputs().size(); ++k)
      values[k < 6 ? std::string(1, static_cast<char>('A' + k)) : "A" + std::to_string(k)] =
          node.input(k).detach();
    const std::vector<Tensor> known{node};
    expect_close(explain::read_formula(rule.formula, values, known).broadcast_to(node.shape()), node, where);
    values["Y"] = node.detach();
    values["G"] = hs::randn(node.shape(), {.dtype = hs::float64});
    ASSERT_EQ(rule.gradients.size(), uses[r].by.size()) << where;
    std::size_t next = 0;
    for (const std::size_t k : uses[r].by) {
      std::string gradient = rule.gradients[next++];
      const std::string all = " at every element";
      if (gradient.ends_with(all)) gradient.resize(gradient.size() - all.size());
      EXPECT_EQ(gradient.substr(0, 5), std::string("d") + static_cast<char>('A' + k) + " = ") << where;
      expect_close(explain::read_formula(gradient.substr(gradient.find(" = ") + 3), values, d.nodes)
                       .broadcast_to(node.input(k).shape()),
                   hs::input_cotangent(node, values["G"], k), where + "; " + gradient);
    }
  }
}

/// Derives at the present weights, and runs the formulas at these and at other ones.
explain::Derivation expect_proven(const std::function<Tensor()>& loss,
                                  const std::vector<hs::Parameter>& parameters, const std::string& what) {
  const explain::Derivation d = explain::derivation(loss);
  EXPECT_LE(d.difference(), tolerance::ledger) << what << "\n" << to_text(d);
  expect_rules(d, loss(), what);
  for (int point = 0; point < 3; ++point) {
    std::map<std::string, Tensor> values;
    for (const explain::Given& given : d.givens) {
      values[given.name] = d.values.at(given.name);
      for (const hs::Parameter& parameter : parameters)
        if (parameter.name() == given.what) values[given.name] = parameter.value().detach();
    }
    const auto gradients = run(d, values);
    const Tensor value = loss();
    std::size_t seen = 0;
    for (const explain::Given& given : d.givens)
      for (const hs::Parameter& parameter : parameters)
        if (parameter.name() == given.what) {
          ++seen;
          expect_close(gradients.at(given.name), hs::grad(value, parameter.value()),
                       what + ", " + parameter.name() + "\n" + to_text(d));
        }
    EXPECT_EQ(seen, parameters.size()) << what;
    for (hs::Parameter parameter : parameters)
      parameter.assign(parameter.value().detach() +
                       0.5 * hs::randn(parameter.shape(), {.dtype = hs::float64}));
  }
  return d;
}

explain::Derivation of_model(const nn::Sequential& model, const Tensor& x, const Tensor& y,
                             const std::function<Tensor(const Tensor&, const Tensor&)>& loss) {
  model.to(hs::float64);
  return expect_proven([&] { return loss(model(x.named("x")), y.named("y")); }, model.parameters(),
                       model.str());
}

std::string formula_of(const explain::Derivation& d, const std::string& name) {
  for (const auto* lines : {&d.forward, &d.backward})
    for (const explain::Derived& line : *lines)
      if (line.name == name) return line.formula;
  return "";
}
std::string cancelled_of(const explain::Derivation& d, const std::string& name) {
  for (const explain::Derived& line : d.backward)
    if (line.name == name) return line.cancelled;
  return "";
}

constexpr hs::TensorOptions exact{.dtype = hs::float64};

Tensor random(const hs::Shape& shape) { return hs::randn(shape, {.dtype = hs::float64}); }

constexpr hs::Op tripling = {
    .name = "test_tripled",
    .latex = R"(\operatorname{triple}\left({0}\right))",
    .text = "test_tripled({0})",
    .words = "three times the square",
    .elementwise = true,
    .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          for (std::int64_t i = 0; i < out.elements(); ++i)
            out.mutable_data<double>()[i] = 3 * in[0].at(i) * in[0].at(i);
        },
    .partials = {[](const Tensor& y) { return 6 * y.input(0); }},
};

}  // namespace

TEST(Derivation, OfTheLessonsTwoLayers) {
  hs::manual_seed(3);
  const nn::Sequential model(nn::Linear(2, 4), nn::ReLU(), nn::Linear(4, 1), nn::Sigmoid());
  const auto d = of_model(model, random({5, 2}), hs::rand({5, 1}, {.dtype = hs::float64}), nn::BCELoss());
  EXPECT_EQ(formula_of(d, "z1"), "x @ W1^T + b1");
  EXPECT_EQ(formula_of(d, "a1"), "relu(z1)");
  EXPECT_EQ(formula_of(d, "z2"), "a1 @ W2^T + b2");
  EXPECT_EQ(formula_of(d, "a2"), "sigmoid(z2)");
  EXPECT_EQ(formula_of(d, "L"), "sum(binary_cross_entropy(a2, y)) / 5");
  EXPECT_EQ(formula_of(d, "delta_z2"), "delta_a2 * (a2 * (1 - a2))");
  EXPECT_EQ(cancelled_of(d, "delta_z2"), "(a2 - y) / 5");
  EXPECT_EQ(formula_of(d, "dL/dW2"), "delta_z2^T @ a1");
  EXPECT_EQ(formula_of(d, "dL/db2"), "sum(delta_z2, axes=[0])");
  EXPECT_EQ(formula_of(d, "delta_a1"), "delta_z2 @ W2");
  EXPECT_EQ(formula_of(d, "delta_z1"), "delta_a1 * [a1 > 0]");
  EXPECT_EQ(formula_of(d, "dL/dW1"), "delta_z1^T @ x");
  EXPECT_EQ(formula_of(d, "dL/db1"), "sum(delta_z1, axes=[0])");
  const explain::Derived& line = d.backward[2];
  EXPECT_EQ(line.name, "dL/dW2");
  EXPECT_EQ(line.shapes, "[5, 1]^T @ [5, 4]");
  EXPECT_EQ(line.module, "2");
  EXPECT_EQ(line.latex, R"(\delta_{z_{2}}^{T} a_{1})");
  EXPECT_EQ(line.rules, (std::vector<std::string>{"sum rule", "product rule for matrices",
                                                  "transpose: (A B)^T = B^T A^T"}));
}

TEST(Derivation, FindsWhatCancels) {
  const nn::Sequential model(nn::Linear(3, 4), nn::Tanh(), nn::Linear(4, 3));
  const Tensor x = random({7, 3}), p = hs::rand({7, 3}, {.dtype = hs::float64});
  EXPECT_EQ(formula_of(of_model(model, x, p.argmax(1), nn::CrossEntropyLoss()), "delta_z2"),
            "(exp(log_softmax(z2, axis=1)) - one_hot(y, classes=3)) / 7");
  EXPECT_EQ(formula_of(of_model(model, x, p, nn::BCEWithLogitsLoss()), "delta_z2"), "(sigmoid(z2) - y) / 21");
  EXPECT_EQ(formula_of(of_model(model, x, p, nn::MSELoss()), "delta_z2"), "1 / 21 * (2 * (z2 - y))");
  EXPECT_EQ(formula_of(of_model(model, x, p, nn::MSELoss()), "delta_z1"), "delta_a1 * (1 - a1 * a1)");
}

TEST(Derivation, DataAreNamesWhateverTheirNumbers) {
  const nn::Sequential model(nn::Linear(3, 4), nn::ReLU(), nn::Linear(4, 3));
  const Tensor classes = hs::tensor({1, 1, 1}, {.dtype = hs::int64});
  for (const Tensor& x : {hs::zeros({3, 3}, exact), hs::ones({3, 3}, exact), hs::full({3, 3}, -2.5, exact)}) {
    const auto d = of_model(model, x, classes, nn::CrossEntropyLoss());
    EXPECT_EQ(formula_of(d, "dL/dW1"), "delta_z1^T @ x");
    EXPECT_EQ(formula_of(d, "delta_z2"), "(exp(log_softmax(z2, axis=1)) - one_hot(y, classes=3)) / 3");
    for (const explain::Rule& rule : d.rules)
      for (const std::string& gradient : rule.gradients)
        EXPECT_EQ(gradient.find("broadcast_to"), std::string::npos) << gradient;
  }
  const nn::Sequential one(nn::Linear(1, 1));
  const auto d = of_model(one, hs::full({1, 1}, 3, exact), hs::full({1, 1}, 2, exact), nn::MSELoss());
  EXPECT_EQ(formula_of(d, "dL/dW1"), "delta_z1^T @ x") << to_text(d);
}

TEST(Derivation, StatesARuleForEveryInputThatAnyUseHandsAGradientTo) {
  const nn::Sequential model(nn::Linear(3, 4), nn::ReLU(), nn::Linear(4, 1));
  const auto d = of_model(model, random({5, 3}), random({5, 1}), nn::MSELoss());
  const auto rule = [&](const std::string& formula) {
    const auto found = std::find_if(d.rules.begin(), d.rules.end(),
                                    [&](const explain::Rule& r) { return r.formula == formula; });
    return found == d.rules.end() ? std::vector<std::string>{} : found->gradients;
  };
  EXPECT_EQ(rule("A @ B"), (std::vector<std::string>{"dA = G @ B^T", "dB = A^T @ G"}))
      << "the first product takes the data, to which no gradient goes";
  const Tensor w = random({3}).requires_grad_().named("w");
  const auto squares = explain::derivation([&] {
    const Tensor square = hs::pow(w * w, 2);
    return (square + hs::pow(w, 3)).sum();
  });
  std::vector<std::string> all;
  for (const explain::Rule& r : squares.rules)
    for (const std::string& gradient : r.gradients) all.push_back(r.formula + ": " + gradient);
  EXPECT_EQ(all, (std::vector<std::string>{"A * B: dA = G * B", "A * B: dB = G * A", "A^2: dA = G * (2 * A)",
                                           "A^3: dA = G * (3 * A^2)", "A + B: dA = G", "A + B: dB = G",
                                           "sum(A): dA = reshape(G, shape=[1]) at every element"}));
}

TEST(Derivation, OfAnOperationThatIsDefinedHereOnly) {
  const Tensor w = random({3, 2}).requires_grad_().named("w"), x = random({4, 3}).named("x");
  const auto d = explain::derivation([&] { return hs::apply(tripling, {hs::matmul(x, w)}).mean(); });
  EXPECT_EQ(formula_of(d, "z1"), "x @ w");
  EXPECT_EQ(formula_of(d, "a1"), "test_tripled(z1)");
  EXPECT_EQ(formula_of(d, "delta_z1"), "6 * delta_a1 * z1");
  EXPECT_EQ(formula_of(d, "dL/dw"), "x^T @ delta_z1");
  EXPECT_LE(d.difference(), tolerance::ledger);
  const auto rule = std::find_if(d.rules.begin(), d.rules.end(),
                                 [](const auto& r) { return r.words == "three times the square"; });
  ASSERT_NE(rule, d.rules.end());
  EXPECT_EQ(rule->formula, "test_tripled(A)");
  EXPECT_EQ(rule->gradients, std::vector<std::string>{"dA = G * (6 * A)"});
}

TEST(Derivation, RunsAsAProgramForEveryActivationAndLoss) {
  for (std::uint32_t number = 0; number < 190; ++number) {
    const networks::Network network = networks::random_network(number);
    expect_proven(network.compute, network.model.parameters(), network.description);
  }
}

TEST(Derivation, RunsAsAProgramForEveryMemberOfTheZoo) {
  for (const networks::Member& member : networks::zoo()) {
    const nn::Sequential model(networks::layers_of(member));
    model.to(hs::float64);
    networks::assign_weights(model.parameters(), 1);
    const networks::Batch batch(member, 2);
    const Tensor x = batch.x.to(hs::float64).named("x"),
                 t = (member.classifies() ? batch.t : batch.t.to(hs::float64)).named("y");
    expect_proven([&] { return loss_of(member, model(x), t); }, model.parameters(), member.str());
  }
}

TEST(Derivation, RunsAsAProgramForConvolutionsAndNormalizations) {
  hs::manual_seed(5);
  const Tensor images = random({3, 2, 6, 6}), classes = hs::tensor({0, 2, 1}, {.dtype = hs::int64});
  of_model(nn::Sequential(nn::Conv2d(2, 3, 3, {.padding = 1}), nn::ReLU(), nn::AvgPool2d(2), nn::Flatten(),
                          nn::Linear(27, 3)),
           images, classes, nn::CrossEntropyLoss());
  of_model(nn::Sequential(nn::Conv2d(2, 3, 3, {.stride = 2}), nn::Tanh(), nn::AvgPool2d(2), nn::Flatten(),
                          nn::Linear(3, 3)),
           images, classes, nn::CrossEntropyLoss());
  of_model(nn::Sequential(nn::Linear(4, 5), nn::LayerNorm(5), nn::GELU(), nn::Linear(5, 3)), random({3, 4}),
           classes, nn::CrossEntropyLoss());
  of_model(nn::Sequential(nn::Linear(4, 5), nn::BatchNorm1d(5), nn::ReLU(), nn::Linear(5, 3)), random({3, 4}),
           classes, nn::CrossEntropyLoss());
}

TEST(Derivation, SaysWhatItCannotDerive) {
  const Tensor w = random({2}).requires_grad_().named("w");
  expect_error<hs::ShapeError>(
      [&] { explain::derivation([&] { return w * 2.0; }); },
      "derivation: the loss has shape [2] and must be a scalar; take its mean or sum");
  expect_error<hs::DTypeError>(
      [&] { explain::derivation([&] { return w.to(hs::float32).sum(); }); },
      "derivation: the loss is float32; convert the model and its data with .to(hs::float64)");
  expect_error<hs::StateError>([&] { explain::derivation([&] { return w.detach().sum(); }); },
                               "derivation: the loss does not depend on any weight");
}
