// Expected numbers are PyTorch 1.13's in float64.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;
using hs::tensor;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};
constexpr hs::TensorOptions leaf{.dtype = hs::float64, .requires_grad = true};

void expect_near(const Tensor& got, const std::vector<double>& want) {
  ASSERT_EQ(got.elements(), static_cast<std::int64_t>(want.size()));
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_NEAR(got.array().at(static_cast<std::int64_t>(i)), want[i], tolerance::float64_rounding) << i;
}

}  // namespace

namespace {

/// A loss on predictions (or logits) [[−1.5, 0.3], [2, 1]] and targets [[0, 1], [1, 1]]: its value, and the
/// gradient of their sum, under each reduction.
struct Expected {
  std::vector<double> none, gradient;
};

template <class Loss>
void expect_under_every_reduction(const Expected& expected, Tensor (*prepared)(const Tensor&)) {
  const Tensor z = tensor({{-1.5, 0.3}, {2, 1}}, leaf), t = tensor({{0, 1}, {1, 1}}, exact);
  double sum = 0;
  std::vector<double> quarter;
  for (std::size_t i = 0; i < 4; ++i) {
    sum += expected.none[i];
    quarter.push_back(expected.gradient[i] / 4);
  }
  const Tensor all = Loss({.reduction = nn::Reduction::none})(prepared(z), t);
  const Tensor total = Loss({.reduction = nn::Reduction::sum})(prepared(z), t);
  const Tensor mean = Loss()(prepared(z), t);
  EXPECT_EQ(all.shape(), (hs::Shape{2, 2}));
  expect_near(all, expected.none);
  expect_near(hs::grad(all.sum(), z), expected.gradient);
  expect_near(total, {sum});
  expect_near(hs::grad(total, z), expected.gradient);
  expect_near(mean, {sum / 4});
  expect_near(hs::grad(mean, z), quarter);
}

Tensor as_they_are(const Tensor& z) { return z; }

const Expected cross_entropy{
    {0.2014132779827524, 0.554355244468527, 0.12692801104297263, 0.3132616875182228},
    {0.18242552380635635, -0.42555748318834097, -0.11920292202211767, -0.2689414213699951}};

}  // namespace

TEST(L1Loss, IsPyTorchsWithNoSlopeAtZero) {
  expect_under_every_reduction<nn::L1Loss>({{1.5, 0.7, 1, 0}, {-1, -1, 1, 0}}, as_they_are);
}

TEST(MSELoss, IsPyTorchs) {
  expect_under_every_reduction<nn::MSELoss>({{2.25, 0.49, 1, 0}, {-3, -1.4, 2, 0}}, as_they_are);
}

TEST(BCELoss, IsPyTorchs) { expect_under_every_reduction<nn::BCELoss>(cross_entropy, hs::sigmoid); }

TEST(BCEWithLogitsLoss, IsPyTorchs) {
  expect_under_every_reduction<nn::BCEWithLogitsLoss>(cross_entropy, as_they_are);
}

TEST(CrossEntropyLoss, IsPyTorchs) {
  const Tensor z = tensor({{1, 2, 0.5}, {-1, 0, 3}}, leaf), classes = tensor({1, 0}, {.dtype = hs::int64});
  const Tensor loss = nn::CrossEntropyLoss()(z, classes);
  expect_near(loss, {2.265126343932687});
  expect_near(hs::grad(loss, z), {0.11561194881107452, -0.18573414039411879, 0.07012219158304424,
                                  -0.4914260872272398, 0.023306311288986945, 0.4681197759382529});
  expect_near(nn::CrossEntropyLoss({.reduction = nn::Reduction::none})(z, classes),
              {0.4643687841079449, 4.065883903757429});
  const Tensor sum = nn::CrossEntropyLoss({.reduction = nn::Reduction::sum})(z, classes);
  expect_near(sum, {4.530252687865374});
  expect_near(hs::grad(sum, z), {0.23122389762214904, -0.37146828078823757, 0.14024438316608848,
                                 -0.9828521744544796, 0.04661262257797389, 0.9362395518765058});
}

TEST(CrossEntropyLoss, IgnoresAClassOfMinus100AndCountsTheOthers) {
  const Tensor z = tensor({{1, 2, 0.5}, {-1, 0, 3}}, leaf);
  const Tensor classes = tensor({1, -100}, {.dtype = hs::int64});
  const Tensor loss = nn::CrossEntropyLoss()(z, classes);
  expect_near(loss, {0.4643687841079449});
  const std::vector<double> gradient = hs::grad(loss, z).to_vector<double>();
  EXPECT_EQ((std::vector<double>(gradient.begin() + 3, gradient.end())), (std::vector<double>{0, 0, 0}));
  EXPECT_TRUE(std::isnan(nn::CrossEntropyLoss()(z, tensor({-100, -100}, {.dtype = hs::int64})).item()));
}

TEST(Losses, TheMeanOfNothingIsNaNAndItsSumZero) {
  const Tensor none = hs::zeros({0, 3}), classes = hs::arange(0);
  EXPECT_TRUE(std::isnan(nn::MSELoss()(none, none).item()));
  EXPECT_EQ(nn::MSELoss({.reduction = nn::Reduction::sum})(none, none).item(), 0);
  EXPECT_TRUE(std::isnan(nn::CrossEntropyLoss({.weight = hs::ones({3})})(none, classes).item()));
  EXPECT_EQ(nn::CrossEntropyLoss({.reduction = nn::Reduction::sum})(none, classes).item(), 0);
}

TEST(Losses, AreFunctionsToo) {
  const Tensor a = tensor({1, 2}, exact), b = tensor({0, 0}, exact);
  EXPECT_EQ(nn::functional::mse_loss(a, b).item(), 2.5);
  EXPECT_EQ(nn::functional::huber_loss(a, b, {.reduction = nn::Reduction::sum, .delta = 1}).item(), 2);
}

TEST(Losses, RefuseShapesThatWouldBroadcastSilently) {
  expect_error<hs::ShapeError>(
      [] {
        nn::BCELoss()(hs::full({200, 1}, 0.5), hs::ones({200}));
      },
      "binary_cross_entropy: predictions have shape [200, 1] and targets [200]; they must be alike, so "
      "reshape "
      "one");
  expect_error<hs::ShapeError>(
      [] {
        nn::CrossEntropyLoss()(hs::ones({4, 3}), hs::arange(3));
      },
      "cross_entropy: takes logits [batch, classes, ...] and classes [batch, ...] or probabilities like the "
      "logits, and got [4, 3] and [3]");
  expect_error<hs::ShapeError>(
      [] {
        nn::NLLLoss()(hs::ones({4, 3, 2}), hs::arange(4));
      },
      "nll_loss: takes log-probabilities [batch, classes, ...] and classes [batch, ...], and got [4, 3, 2] "
      "and "
      "[4]");
}

TEST(Losses, RefuseWeightsThatDoNotFit) {
  const Tensor p = hs::full({2, 3}, 0.5);
  expect_error<hs::ShapeError>(
      [&] { nn::BCELoss({.weight = hs::ones({2})})(p, p); },
      "binary_cross_entropy: weight has shape [2], which does not broadcast to that of "
      "the targets, [2, 3]");
  expect_error<hs::ShapeError>(
      [&] {
        nn::BCEWithLogitsLoss({.pos_weight = hs::ones({4, 1, 3})})(p, p);
      },
      "binary_cross_entropy_with_logits: pos_weight has shape [4, 1, 3], which does not "
      "broadcast to that of the targets, [2, 3]");
  expect_error<hs::ShapeError>(
      [&] { nn::CrossEntropyLoss({.weight = hs::ones({2})})(p, hs::arange(2)); },
      "cross_entropy: weight has shape [2] and must have one entry for each of the 3 classes");
}

TEST(Losses, RefuseOptionsOutsideTheirDomain) {
  const Tensor x = hs::ones({2, 3});
  expect_error<hs::ValueError>([&] { nn::SmoothL1Loss({.beta = -1})(x, x); },
                               "smooth_l1_loss: beta is -1 and must be 0 or more");
  expect_error<hs::ValueError>([&] { nn::HuberLoss({.delta = 0})(x, x); },
                               "huber_loss: delta is 0 and must be above 0");
  expect_error<hs::ValueError>([&] { nn::CrossEntropyLoss({.label_smoothing = 1.5})(x, hs::arange(2)); },
                               "cross_entropy: label_smoothing is 1.5 and must be from 0 to 1");
  expect_error<hs::ValueError>(
      [&] { nn::CrossEntropyLoss({.ignore_index = 1})(x, x); },
      "cross_entropy: ignore_index is 1, and targets that are probabilities have no index");
  expect_error<hs::ValueError>(
      [&] { nn::MSELoss({.reduction = nn::Reduction::batchmean})(x, x); },
      "mse_loss: the reduction batchmean is for kl_div alone; use none, mean or sum");
  expect_error<hs::ShapeError>(
      [] { nn::KLDivLoss({.reduction = nn::Reduction::batchmean})(hs::ones({}), hs::ones({})); },
      "kl_div: batchmean divides by the length of the first axis, and a scalar has none");
}

TEST(NLLLoss, NamesAClassThatIsNotThere) {
  expect_error<hs::IndexError>(
      [] {
        nn::NLLLoss()(hs::zeros({2, 3}), hs::tensor({0, 3}, {.dtype = hs::int64}));
      },
      "one_hot: element 1 is class 3, and there are only the 3 classes 0 to 2");
}
