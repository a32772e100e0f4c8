// Each rewrite of src/plan/patterns: the graph before and after it, computed operation by operation, gives
// the same numbers, and the rewrite did take place.
#include "plan/patterns/patterns.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "plan/execution.hpp"
#include "plan/recording.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Parameter;
using hs::Tensor;

namespace {

using Tensors = std::vector<Tensor>;

Tensor uniform(const hs::Shape& shape, std::uint32_t seed, double limit = 2) {
  return Tensor(hs::Generator(seed).uniform(shape, -limit, limit));
}

std::size_t count(const hs::Recording& recording, std::string_view operation) {
  const auto& nodes = recording.graph.nodes();
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [&](const Tensor& node) { return node.op().name == operation; }));
}

/// What a recorded step gives: its outputs, then the gradients that it leaves in parameters.
Tensors results(const hs::Recording& recording, const Tensors& inputs) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& input : inputs) pointers.push_back(&input);
  const std::unique_ptr<hs::Execution> execution = hs::replay(recording, "for a test");
  execution->run(pointers);
  Tensors all;
  for (std::size_t i = 0; i < recording.outputs.size(); ++i) all.emplace_back(execution->output(i));
  for (const auto& [parameter, node] : recording.gradients) all.push_back(parameter.grad());
  return all;
}

/// A step before and after the rewrites.
struct Rewritten {
  hs::Recording before, after;

  Rewritten(const hs::Plan::Step& step, const Tensors& inputs) {
    std::vector<hs::TensorType> types;
    for (const Tensor& input : inputs) types.push_back(input.array().type());
    before = hs::Recording::of(step, types);
    after = before.rewritten();
  }
};

/// The numbers are the same, `made` is there now and was not before, and `gone` is no more.
void expect_rewritten(const hs::Plan::Step& step, const Tensors& inputs, const std::string& made,
                      const std::vector<std::string>& gone) {
  const Rewritten recordings(step, inputs);
  if (!made.empty()) {
    EXPECT_EQ(count(recordings.before, made), 0U) << made;
    EXPECT_GE(count(recordings.after, made), 1U) << made;
  }
  for (const std::string& operation : gone) {
    EXPECT_GE(count(recordings.before, operation), 1U) << operation;
    EXPECT_EQ(count(recordings.after, operation), 0U) << operation;
  }
  const Tensors expected = results(recordings.before, inputs), got = results(recordings.after, inputs);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k) {
    ASSERT_EQ(got[k].shape(), expected[k].shape()) << made << ", result " << k;
    for (std::int64_t i = 0; i < got[k].elements(); ++i) {
      const double want = expected[k].array().at(i);
      EXPECT_NEAR(got[k].array().at(i), want, tolerance::float64_rounding * std::max(1.0, std::abs(want)))
          << made << ", result " << k << ", element " << i;
    }
  }
}

/// The step loss_of(z, inputs…) with its gradient by the parameter z.
template <class Loss>
hs::Plan::Step with_gradient(const Parameter& z, const Loss& loss_of) {
  return [z, loss_of](std::span<const Tensor> inputs) {
    Parameter(z).zero_grad();
    const Tensor loss = loss_of(z.value(), inputs);
    loss.backward();
    return Tensors{loss};
  };
}

}  // namespace

TEST(Patterns, SimplifyUndoesPermutations) {
  const Tensor x = uniform({2, 3, 4}, 1);
  expect_rewritten(
      [](std::span<const Tensor> in) {
        return Tensors{hs::exp(in[0].permute({1, 2, 0}).permute({2, 0, 1}))};
      },
      {x}, "", {"permute"});
  const hs::Plan::Step twice = [](std::span<const Tensor> in) {
    return Tensors{hs::exp(in[0].permute({1, 2, 0}).permute({1, 2, 0}))};
  };
  expect_rewritten(twice, {x}, "", {});
  EXPECT_EQ(count(Rewritten(twice, {x}).after, "permute"), 1U);
}

TEST(Patterns, SimplifyTransposesAProductByItsFactors) {
  const Tensors inputs{uniform({3, 4}, 1), uniform({5, 4}, 2)};
  const hs::Plan::Step step = [](std::span<const Tensor> in) {
    return Tensors{hs::exp(hs::matmul(in[0], in[1].t()).t())};
  };
  expect_rewritten(step, inputs, "", {});
  EXPECT_EQ(count(Rewritten(step, inputs).before, "permute"), 2U);
  EXPECT_EQ(count(Rewritten(step, inputs).after, "permute"), 1U);
}

TEST(Patterns, SimplifyLeavesOutWhatChangesNothing) {
  const Tensor x = uniform({2, 3}, 1);
  expect_rewritten([](std::span<const Tensor> in) { return Tensors{hs::exp(-(-in[0]))}; }, {x}, "",
                   {"negate"});
  expect_rewritten(
      [](std::span<const Tensor> in) { return Tensors{hs::exp(in[0] * 1.0) + hs::sqrt(1.0 * in[0] + 3)}; },
      {x}, "", {"multiply"});
  expect_rewritten([](std::span<const Tensor> in) { return Tensors{hs::exp(in[0] / 1.0)}; }, {x}, "",
                   {"divide"});
}

TEST(Patterns, SimplifyComputesConstantsOnce) {
  expect_rewritten(
      [](std::span<const Tensor> in) {
        const Tensor two = hs::full({2, 3}, 2, {.dtype = hs::float64});
        const Tensor number = hs::tensor(2, {.dtype = hs::float64});
        return Tensors{in[0] + hs::exp(number.broadcast_to({2, 3}) / 3.0), in[0] + two};
      },
      {uniform({2, 3}, 1)}, "", {"exp", "divide"});
}

TEST(Patterns, AffineIsALayersSums) {
  const Tensors inputs{uniform({5, 3}, 1), uniform({4, 3}, 2), uniform({4}, 3)};
  expect_rewritten([](std::span<const Tensor> in) { return Tensors{hs::linear(in[0], in[1], in[2])}; },
                   inputs, "affine", {"matmul", "permute", "add"});
}

TEST(Patterns, LogisticLossAndResidualReplaceThoseOfASigmoid) {
  const Parameter z("z", uniform({5, 3}, 1));
  const Tensor t = uniform({5, 3}, 2, 0.5) + 0.5;
  for (const auto reduction : {nn::Reduction::mean, nn::Reduction::sum})
    for (const char* made : {"logistic_loss", "logistic_residual"})
      expect_rewritten(with_gradient(z,
                                     [=](const Tensor& logits, std::span<const Tensor> in) {
                                       return nn::BCELoss({.reduction = reduction})(hs::sigmoid(logits),
                                                                                    in[0]);
                                     }),
                       {t}, made, {"binary_cross_entropy", "sigmoid"});
}

TEST(Patterns, LogisticLossAndResidualReplaceThoseOfLogits) {
  const Parameter z("z", uniform({5, 3}, 1));
  const Tensor t = uniform({5, 3}, 2, 0.5) + 0.5;
  for (const auto reduction : {nn::Reduction::mean, nn::Reduction::sum})
    for (const char* made : {"logistic_loss", "logistic_residual"})
      expect_rewritten(with_gradient(z,
                                     [=](const Tensor& logits, std::span<const Tensor> in) {
                                       return nn::BCEWithLogitsLoss({.reduction = reduction})(logits, in[0]);
                                     }),
                       {t}, made, {"softplus", "sigmoid"});
}

// A weight for each sample multiplies residuals as it multiplies losses.
TEST(Patterns, LogisticResidualKeepsTheWeightsOfItsElements) {
  const Parameter z("z", uniform({5, 3}, 1));
  const Tensors inputs{uniform({5, 3}, 2, 0.5) + 0.5, uniform({5, 3}, 3)};
  expect_rewritten(with_gradient(z,
                                 [](const Tensor& logits, std::span<const Tensor> in) {
                                   const nn::BCELoss losses({.reduction = nn::Reduction::none});
                                   return (losses(hs::sigmoid(logits), in[0]) * in[1]).sum();
                                 }),
                   inputs, "logistic_residual", {"binary_cross_entropy", "sigmoid"});
}

TEST(Patterns, SoftmaxLossAndResidualReplaceThoseOfALogSoftmax) {
  const Parameter z("z", uniform({5, 3}, 1));
  const Tensor k = hs::tensor(std::vector<std::int64_t>{0, 2, 1, 1, 0});
  for (const auto reduction : {nn::Reduction::mean, nn::Reduction::sum})
    for (const char* made : {"softmax_loss", "softmax_residual"})
      expect_rewritten(with_gradient(z,
                                     [=](const Tensor& logits, std::span<const Tensor> in) {
                                       return nn::CrossEntropyLoss({.reduction = reduction})(logits, in[0]);
                                     }),
                       {k}, made, {"log_softmax", "one_hot", "exp"});
}

TEST(Patterns, SoftmaxLossIsLeftAloneAlongTheBatch) {
  const Tensor k = hs::tensor({0, 2, 1}, {.dtype = hs::int64});
  const hs::Plan::Step step = [](std::span<const Tensor> in) {
    const Tensor nothing = hs::zeros({}, {.dtype = hs::float64});
    return Tensors{
        hs::sum(hs::where(hs::one_hot_mask(in[1], 3), hs::log_softmax(in[0], 0), nothing), hs::Shape{1})};
  };
  const Tensors inputs{uniform({3, 3}, 1), k};
  expect_rewritten(step, inputs, "", {});
  EXPECT_EQ(count(Rewritten(step, inputs).after, "softmax_loss"), 0U) << "its shares are those of a column";
}

// A pattern may be more accurate than what it replaces. In float32 the sigmoid of 18 is 1, whose distance
// from the target 0 PyTorch holds at 100, with a gradient of 0. From the logit, the loss is
// 18 + ln(1 + e⁻¹⁸) and its derivative 1/(1 + e⁻¹⁸).
TEST(Patterns, LogisticLossKnowsWhatAFloat32SigmoidHasLost) {
  const Parameter z("z", hs::tensor({18}));
  const Tensor t = hs::tensor({0});
  const Rewritten recordings(
      with_gradient(z, [](const Tensor& logits,
                          std::span<const Tensor> in) { return nn::BCELoss()(hs::sigmoid(logits), in[0]); }),
      {t});
  const Tensors as_written = results(recordings.before, {t}), rewritten = results(recordings.after, {t});
  EXPECT_EQ(as_written[0].item(), 100);
  EXPECT_EQ(as_written[1].array().at(0), 0);
  EXPECT_EQ(rewritten[0].item<float>(), static_cast<float>(18 + std::log1p(std::exp(-18.0))));
  EXPECT_EQ(static_cast<float>(rewritten[1].array().at(0)), static_cast<float>(1 / (1 + std::exp(-18.0))));
}

// The same in the step that is run: with a rate of 1 the weight moves by −(1 − 0) · 18.
TEST(Patterns, LogisticLossKnowsItInACompiledStepToo) {
  const Parameter w("w", hs::full({1, 1}, 1));
  const optim::SGD optimizer({w}, {.lr = 1});
  auto step =
      hs::compile([&](const Tensor& x,
                      const Tensor& t) { return nn::BCELoss()(hs::sigmoid(hs::matmul(x, w.value())), t); },
                  optimizer);
  EXPECT_EQ(step(hs::full({1, 1}, 18), hs::full({1, 1}, 0)), 18);
  EXPECT_EQ(w.value().item(), 1 - 18);
}

// An operation that no pattern and no kernel has heard of.
namespace {

const hs::Op softsign = {
    .name = "test_softsign",
    .latex = R"(\frac{{0}}{1 + \left|{0}\right|})",
    .text = "softsign({0})",
    .words = "bends towards 1 and -1 more slowly than tanh",
    .elementwise = true,
    .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          for (std::int64_t i = 0; i < out.elements(); ++i) {
            const double x = in[0].at(i);
            out.mutable_data<double>()[i] = x / (1 + std::abs(x));
          }
        },
    .partials = {[](const Tensor& y) {
      const Tensor root = 1.0 + hs::abs(y.input(0));
      return 1.0 / (root * root);
    }},
};

}  // namespace

TEST(Patterns, AnOperationOfATestTrainsAsTheEagerLoopDoes) {
  const auto seeded = [] {
    hs::manual_seed(5);
    const nn::Sequential layers(nn::Linear(3, 7), nn::Linear(7, 2));
    layers.to(hs::float64);
    return layers;
  };
  const nn::Sequential eager = seeded(), compiled = seeded();
  const auto loss_of = [](const nn::Sequential& model, const Tensor& x, const Tensor& t) {
    return nn::MSELoss()(model[1](hs::apply(softsign, {model[0](x)})), t);
  };
  const optim::SGD eager_optimizer(eager.parameters(), {.lr = 0.3, .momentum = 0.9}),
      optimizer(compiled.parameters(), {.lr = 0.3, .momentum = 0.9});
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return loss_of(compiled, x, t); }, optimizer);
  const Tensor x = uniform({9, 3}, 1), t = uniform({9, 2}, 2);
  for (int i = 0; i < 10; ++i) {
    eager_optimizer.zero_grad();
    const Tensor loss = loss_of(eager, x, t);
    loss.backward();
    eager_optimizer.step();
    EXPECT_NEAR(step(x, t), loss.item(), tolerance::compiled_steps) << i;
  }
  EXPECT_NE(step.describe().find("test_softsign"), std::string::npos);
  for (std::size_t k = 0; k < eager.parameters().size(); ++k)
    for (std::int64_t i = 0; i < eager.parameters()[k].value().elements(); ++i)
      EXPECT_NEAR(compiled.parameters()[k].value().array().at(i), eager.parameters()[k].value().array().at(i),
                  tolerance::compiled_steps)
          << eager.parameters()[k].name();
}
