// Expected numbers are PyTorch 1.13's in float64.
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

TEST(CrossEntropyLoss, IsPyTorchs) {
  const Tensor z = tensor({{1, 2, 0.5}, {-1, 0, 3}}, leaf);
  const Tensor loss = nn::CrossEntropyLoss()(z, tensor({1, 0}, {.dtype = hs::int64}));
  expect_near(loss, {2.265126343932687});
  expect_near(hs::grad(loss, z), {0.11561194881107452, -0.18573414039411879, 0.07012219158304424,
                                  -0.4914260872272398, 0.023306311288986945, 0.4681197759382529});
}

TEST(BCEWithLogitsLoss, IsPyTorchs) {
  const Tensor z = tensor({-1.5, 0.3, 2.0}, leaf);
  const Tensor loss = nn::BCEWithLogitsLoss()(z, tensor({0, 1, 1}, exact));
  expect_near(loss, {0.29423217783141736});
  expect_near(hs::grad(loss, z), {0.060808507935452116, -0.14185249439611367, -0.0397343073407059});
}

TEST(BCELoss, KeepsOneLossAnElementWithoutReduction) {
  const Tensor p = hs::sigmoid(tensor({-1.5, 0.3, 2.0}, exact));
  expect_near(nn::BCELoss({.reduction = nn::Reduction::none})(p, tensor({0, 1, 1}, exact)),
              {0.2014132779827524, 0.554355244468527, 0.12692801104297263});
}

TEST(MSELoss, AddsUpWithReductionSum) {
  expect_near(nn::MSELoss({.reduction = nn::Reduction::sum})(tensor({-1.5, 0.3, 2.0}, exact),
                                                             tensor({0, 1, 1}, exact)),
              {3.74});
}

TEST(Losses, RefuseShapesThatWouldBroadcastSilently) {
  expect_error<hs::ShapeError>(
      [] {
        nn::BCELoss()(hs::full({200, 1}, 0.5), hs::ones({200}));
      },
      "BCELoss: predictions have shape [200, 1] and targets [200]; they must be alike, so reshape "
      "one");
  expect_error<hs::ShapeError>(
      [] {
        nn::CrossEntropyLoss()(hs::ones({4, 3}), hs::arange(3));
      },
      "CrossEntropyLoss: takes logits [batch, classes] and class indices [batch], and got [4, 3] and "
      "[3]");
}
