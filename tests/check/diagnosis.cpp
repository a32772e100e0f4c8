// gradcheck finds the operation that made a gradient wrong, and says what its mistake looks like: bugs of
// every kind are planted into networks of several shapes, at several depths.
#include <map>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;
using hs::Verdict;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};

hs::TensorType like_its_input(hs::Operands in, const hs::Attributes&) { return in[0].type(); }

/// An operation of one input whose cotangent is stated by hand, rightly or not.
hs::Op unary(std::string_view name, void (*forward)(hs::Operands, const hs::Attributes&, hs::Array&),
             hs::Op::Vjp vjp) {
  return {.name = name,
          .latex = "{0}",
          .text = "{0}",
          .words = "planted",
          .rule = like_its_input,
          .forward = forward,
          .vjps = {vjp}};
}

void square(hs::Operands in, const hs::Attributes&, hs::Array& out) {
  const Tensor x(in[0]);
  out = (x * x).contiguous().array();
}
void leaky(hs::Operands in, const hs::Attributes&, hs::Array& out) {
  out = hs::leaky_relu(Tensor(in[0]), 0.3).contiguous().array();
}
void times_sigmoid(hs::Operands in, const hs::Attributes&, hs::Array& out) {
  const Tensor x(in[0]);
  out = (x * hs::sigmoid(x)).contiguous().array();
}

struct Planted {
  hs::Op op;
  const char* face;  // what the cause must mention
};

/// y and g as a vjp has them; x is y.input(0).
const std::vector<Planted>& planted() {
  static const std::vector<Planted> bugs{
      {unary("sign_lost", square, [](const Tensor& y, const Tensor& g) { return -2.0 * y.input(0) * g; }),
       "the sign is wrong"},
      {unary("half", square, [](const Tensor& y, const Tensor& g) { return y.input(0) * g; }),
       "half of what was measured"},
      {unary("twice", square, [](const Tensor& y, const Tensor& g) { return 4.0 * y.input(0) * g; }),
       "twice what was measured"},
      {unary("mean_missed", square,
             [](const Tensor& y, const Tensor& g) {
               return 2.0 * y.input(0) * g * static_cast<double>(y.elements());
             }),
       "a mean whose 1/N is missing"},
      {unary("mean_twice", square,
             [](const Tensor& y, const Tensor& g) {
               return 2.0 * y.input(0) * g / static_cast<double>(y.size(0));
             }),
       "divided by N once too often"},
      {unary("nothing", square, [](const Tensor&, const Tensor& g) { return 0.0 * g; }), "zero everywhere"},
      {unary("no_cotangent", square,
             [](const Tensor& y, const Tensor& g) { return 2.0 * y.input(0) + 0.0 * g; }),
       "the cotangent of the output is not multiplied in"},
      {unary("off_by_one", square,
             [](const Tensor& y, const Tensor& g) {
               const Tensor right = (2.0 * y.input(0) * g).reshape({-1});
               const std::int64_t n = right.elements();
               return hs::pad(right.slice(0, 1, n), 0, 0, n).reshape(g.shape());
             }),
       "off by one"},
      {unary("one_branch", leaky, [](const Tensor& y, const Tensor& g) { return hs::step(y.input(0)) * g; }),
       "negative inputs only"},
      {unary("missing_term", times_sigmoid,
             [](const Tensor& y, const Tensor& g) { return g * (y * (1 - hs::sigmoid(y.input(0)))); }),
       "a term is missing"},
      {unary("constant", square, [](const Tensor& y, const Tensor& g) { return 3.0 * y.input(0) * g; }),
       "1.5 times what was measured"},
      {unary("stale", square,
             [](const Tensor& y, const Tensor& g) {
               static std::map<std::string, Tensor> kept;  // by shape, as buffers that nobody clears
               Tensor& first = kept[y.shape().str()];
               if (!first.defined()) first = (2.0 * y.input(0) * g).detach();
               return first;
             }),
       "stale"},
  };
  return bugs;
}

using Unary = std::function<Tensor(const Tensor&)>;

/// Networks with a place for the operation: behind the input, between layers, before the loss.
std::vector<std::function<Tensor(std::span<const Tensor>, const Unary&)>> networks() {
  return {
      [](std::span<const Tensor> in, const Unary& f) { return (f(in[0]) * in[1]).mean(); },
      [](std::span<const Tensor> in, const Unary& f) {
        return hs::sigmoid(hs::matmul(f(hs::tanh(hs::matmul(in[0], in[1].t()))), in[1])).mean();
      },
      [](std::span<const Tensor> in, const Unary& f) {
        return hs::exp(-f(hs::matmul(hs::softplus(in[0]), in[1].t()) - 0.7)).sum();
      },
  };
}

const Tensor x = tensor({{0.7, -1.2, 0.4}, {1.9, 0.3, -0.8}, {-0.35, 1.1, 0.95}}, exact);
const Tensor w = tensor({{-0.6, 0.45, 1.3}, {0.85, -0.25, 0.55}, {1.05, 0.65, -0.9}}, exact);

hs::Gradcheck check(const std::function<Tensor(std::span<const Tensor>)>& f) {
  const std::vector<Tensor> inputs{x, w};
  return hs::gradcheck(f, inputs);
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(Diagnosis, NamesOperationAndCauseOfPlantedBugs) {
  int named = 0, all = 0;
  for (const Planted& bug : planted())
    for (const auto& network : networks()) {
      const auto result = check([&](std::span<const Tensor> in) {
        return network(in, [&](const Tensor& at) { return hs::apply(bug.op, {at}); });
      });
      ++all;
      EXPECT_FALSE(result.passed()) << bug.op.name;
      ASSERT_EQ(result.causes.size(), 1U) << bug.op.name << ": no other operation is to blame";
      EXPECT_TRUE(holds(result.causes[0], "the derivative of " + std::string(bug.op.name)))
          << result.causes[0];
      named += holds(result.causes[0], bug.face);
      EXPECT_TRUE(holds(result.causes[0], bug.face)) << bug.op.name << ": " << result.causes[0];
    }
  EXPECT_GE(named, (9 * all + 9) / 10);
}

TEST(Diagnosis, TracesABugThroughLayersToTheOperation) {
  const auto model =
      hs::nn::Sequential(hs::nn::Linear(3, 4), hs::nn::Tanh(), hs::nn::Linear(4, 2)).to(hs::float64);
  const auto parameters = model.parameters();
  const auto result =
      hs::gradcheck([&] { return hs::apply(planted()[1].op, {model(x)}).mean(); }, parameters);
  EXPECT_FALSE(result.passed());
  ASSERT_EQ(result.causes.size(), 1U);
  EXPECT_TRUE(holds(result.causes[0], "the derivative of half by input 0 is wrong: it is half of what"))
      << result.causes[0];
  EXPECT_EQ(result.worst()->verdict, Verdict::wrong);
}

TEST(Diagnosis, KnowsAProductWithExchangedAndTransposedCotangents) {
  static const hs::Op product = {
      .name = "exchanged",
      .latex = "{0}{1}",
      .text = "{0}{1}",
      .words = "planted",
      .arity = 2,
      .rule = like_its_input,
      .forward = [](hs::Operands in, const hs::Attributes&,
                    hs::Array& out) { out = (Tensor(in[0]) * Tensor(in[1])).contiguous().array(); },
      .vjps = {[](const Tensor& y, const Tensor& g) { return g * y.input(0); },
               [](const Tensor& y, const Tensor& g) { return g * y.input(1); }},
  };
  static hs::Op transposed = product;
  transposed.name = "turned";
  transposed.vjps = {[](const Tensor& y, const Tensor& g) { return (g * y.input(1)).t(); },
                     [](const Tensor& y, const Tensor& g) { return g * y.input(0); }};
  const auto with = [&](const hs::Op& op) {
    return check([&](std::span<const Tensor> in) {
             return hs::tanh(hs::apply(op, {in[0], in[1]})).sum();
           })
        .causes;
  };
  ASSERT_EQ(with(product).size(), 1U);
  EXPECT_TRUE(holds(with(product)[0], "the gradient by another input: the two are exchanged"))
      << with(product)[0];
  ASSERT_EQ(with(transposed).size(), 1U);
  EXPECT_TRUE(holds(with(transposed)[0], "the transpose of what was measured")) << with(transposed)[0];
}

TEST(Diagnosis, KnowsABroadcastThatIsNotSummed) {
  static const hs::Op stretch = {
      .name = "stretch",
      .latex = "{0}",
      .text = "{0}",
      .words = "planted",
      .rule = [](hs::Operands in, const hs::Attributes&) -> hs::TensorType {
        return {{4, in[0].shape()[0]}, in[0].dtype()};
      },
      .view =
          [](const hs::Array& a, const hs::Attributes&) {
            return a.broadcast_to({4, a.shape()[0]});
          },
      .vjps = {[](const Tensor&, const Tensor& g) { return g[0]; }},
  };
  const Tensor bias = tensor({0.2, -0.4, 0.9}, exact);
  const auto result = hs::gradcheck(
      [&](std::span<const Tensor> in) { return hs::sin(hs::apply(stretch, {in[0]}) * w[0]).sum(); },
      std::span(&bias, 1));
  ASSERT_EQ(result.causes.size(), 1U);
  EXPECT_TRUE(holds(result.causes[0], "what was broadcast is not summed")) << result.causes[0];
}

TEST(Diagnosis, CallsWhatIsCutOffByItsName) {
  const auto result =
      check([](std::span<const Tensor> in) { return (in[0] * in[1].detach() + in[0]).sum(); });
  ASSERT_EQ(result.causes.size(), 2U);
  EXPECT_TRUE(holds(result.causes[0], "the gradient of input 1: it is zero everywhere")) << result.causes[0];
  EXPECT_TRUE(holds(result.causes[1], "a path is cut off or changed: a detach()")) << result.causes[1];
}

TEST(Diagnosis, AHookThatForgetsAMeanLooksLikeThatMean) {
  const auto result = check([](std::span<const Tensor> in) {
    Tensor y = hs::sin(in[0] * in[1]);
    y.register_hook([](const Tensor& g) { return g * 9.0; });
    return y.mean();
  });
  ASSERT_GE(result.causes.size(), 2U);
  EXPECT_TRUE(holds(result.causes[0], "a mean whose 1/N is missing")) << result.causes[0];
}

TEST(Diagnosis, SaysWhenThereIsNoFunctionToDifferentiate) {
  int calls = 0;
  const auto result =
      check([&](std::span<const Tensor> in) { return (in[0] * in[1]).sum() * (1.0 + ++calls); });
  EXPECT_FALSE(result.passed());
  ASSERT_EQ(result.causes.size(), 1U);
  EXPECT_TRUE(holds(result.causes[0], "for the same inputs, so no difference can be compared with"))
      << result.causes[0];
}

TEST(Diagnosis, SaysWhenDigitsWereLostInFloat32) {
  const auto result = check([](std::span<const Tensor> in) {
    return (in[0].to(hs::float32) * in[1].to(hs::float32)).sum().to(hs::float64);
  });
  EXPECT_FALSE(result.passed());
  ASSERT_EQ(result.causes.size(), 1U);
  EXPECT_TRUE(holds(result.causes[0], "the function computes in float32")) << result.causes[0];
}

TEST(Diagnosis, NeverCallsAKinkABugEvenWhereTheOperationDoesNotSayThatItBends) {
  static const hs::Op quiet_abs = {
      .name = "quiet_abs",
      .latex = "{0}",
      .text = "{0}",
      .words = "|x|, without regimes",
      .elementwise = true,
      .rule = like_its_input,
      .forward = [](hs::Operands in, const hs::Attributes&,
                    hs::Array& out) { out = hs::abs(Tensor(in[0])).contiguous().array(); },
      .partials = {[](const Tensor& y) { return hs::sign(y.input(0)); }},
  };
  for (const double at : {0.0, 1e-9, 3e-8, 4e-7, 2e-6, 9e-6, -9.9e-6}) {
    const Tensor point = tensor({at, 1.0}, exact);
    for (const double factor : {1.0, 1e-2, 30.0}) {
      const auto result = hs::gradcheck(
          [&](std::span<const Tensor> in) {
            return (hs::apply(quiet_abs, {in[0]}) * factor + hs::sin(in[0])).sum();
          },
          std::span(&point, 1));
      EXPECT_TRUE(result.passed()) << at << " " << factor << "\n" << result.str();
      if (at != 0) {  // there the gradient, 0, is what a central difference finds
        EXPECT_EQ(result.entries[0].verdict, Verdict::kink) << at << " " << factor;
      }
      EXPECT_EQ(result.entries[1].verdict, Verdict::equal);
    }
  }
}

TEST(Diagnosis, TakesASlopeOnOneSideOfAKinkForRight) {
  static const hs::Op quiet_relu = {
      .name = "quiet_relu",
      .latex = "{0}",
      .text = "{0}",
      .words = "relu, without regimes",
      .elementwise = true,
      .rule = like_its_input,
      .forward = [](hs::Operands in, const hs::Attributes&,
                    hs::Array& out) { out = hs::relu(Tensor(in[0])).contiguous().array(); },
      .partials = {[](const Tensor& y) { return hs::step(y.input(0)); }},
  };
  const Tensor zero = tensor({0.0}, exact);
  const auto right = hs::gradcheck(
      [](std::span<const Tensor> in) { return hs::apply(quiet_relu, {in[0]}).sum(); }, std::span(&zero, 1));
  EXPECT_EQ(right.entries[0].verdict, Verdict::kink);
  const auto outside = hs::gradcheck(
      [](std::span<const Tensor> in) {
        return (hs::apply(quiet_relu, {in[0]}) + hs::apply(planted()[1].op, {in[0] + 1.0})).sum();
      },
      std::span(&zero, 1));
  EXPECT_EQ(outside.count(Verdict::wrong), 1U) << "the slopes are 2 and 3, and 1 is stated";
}

TEST(Diagnosis, TakesAStrongCurveForNoError) {
  const Tensor point = tensor({0.3}, exact);
  const auto result = hs::gradcheck(
      [](std::span<const Tensor> in) { return hs::sin(300.0 * in[0]).sum() / 300.0; }, std::span(&point, 1));
  EXPECT_EQ(result.entries[0].verdict, Verdict::equal) << result.str();
}

TEST(Diagnosis, NeverCallsABugAKink) {
  for (const Planted& bug : planted()) {
    const auto result =
        check([&](std::span<const Tensor> in) { return (hs::apply(bug.op, {in[0]}) * in[1]).sum(); });
    EXPECT_EQ(result.count(Verdict::kink), 0U) << bug.op.name;
  }
}

TEST(Diagnosis, ReportsTheWorstElementOfEachParameterByName) {
  const auto model = hs::nn::Sequential(hs::nn::Linear(3, 1)).to(hs::float64);
  const auto parameters = model.parameters();
  const auto right = hs::gradcheck([&] { return hs::sin(model(x)).mean(); }, parameters);
  EXPECT_TRUE(right.passed());
  EXPECT_TRUE(holds(right.str(), "0.weight [1, 3]: 3 equal; worst 0.weight[0, ")) << right.str();
  EXPECT_TRUE(holds(right.str(), "passed: 4 of 4 derivatives equal, none wrong, largest difference "))
      << right.str();
}

TEST(Diagnosis, ComparesAsManyElementsAsAsked) {
  const Tensor many = hs::ones({10, 10}, exact);
  const auto result = hs::gradcheck([](std::span<const Tensor> in) { return hs::sin(in[0]).sum(); },
                                    std::span(&many, 1), {.most_elements = 4});
  ASSERT_EQ(result.entries.size(), 4U);
  EXPECT_EQ(result.entries[1].label(), "input 0[2, 5]");
  EXPECT_EQ(result.entries[3].label(), "input 0[7, 5]");
}

TEST(Diagnosis, DrawsAMapForEachInput) {
  const auto bad =
      check([](std::span<const Tensor> in) { return (hs::apply(planted()[0].op, {in[0]}) * in[1]).sum(); });
  const std::string svg = hs::to_svg(bad);
  const auto count = [&](const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("<title>input 0["), 9U);
  EXPECT_EQ(count("<title>input 1["), 9U);
  EXPECT_EQ(count("(wrong)</title>"), 9U);
  EXPECT_TRUE(holds(svg, "Gradient check: 9 of 18 derivatives wrong or not finite"));
}
