// Values and gradients of the activation functions. Expected numbers are PyTorch 1.13's in float64.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;
using Doubles = std::vector<double>;

namespace {

template <class Function>
void expect_at_the_six_points(const Function& f, const Doubles& values, const Doubles& slopes) {
  const Tensor x = tensor({-7.5, -2, -0.3, 0, 0.7, 3}, {.dtype = hs::float64, .requires_grad = true});
  const Tensor y = f(x), slope = hs::grad(y.sum(), x);
  for (std::int64_t i = 0; i < x.elements(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    EXPECT_NEAR(y.array().at(i), values[k], tolerance::float64_rounding) << i;
    EXPECT_NEAR(slope.array().at(i), slopes[k], tolerance::float64_rounding) << i;
  }
}

template <class Function>
void expect_at_the_ends(const Function& f, const std::vector<float>& values) {
  EXPECT_EQ(f(tensor({-1e4, 1e4})).template to_vector<float>(), values);
  EXPECT_TRUE(std::isnan(f(tensor({NAN})).item()));
}

Tensor leaky(const Tensor& x) { return hs::leaky_relu(x, 0.2); }
Tensor gelu(const Tensor& x) { return hs::gelu(x); }
Tensor softplus(const Tensor& x) { return hs::softplus(x); }

}  // namespace

TEST(Erf, IsPyTorchs) {
  expect_at_the_six_points(
      hs::erf, {-1.0, -0.9953222650189527, -0.3286267594591274, 0.0, 0.6778011938374184, 0.9999779095030014},
      {4.2013653781149885e-25, 0.020666985354092053, 1.031260909618963, 1.1283791670955126,
       0.6912748604105386, 0.00013925305194674786});
  expect_at_the_ends(hs::erf, {-1, 1});
}

TEST(Gelu, IsPyTorchs) {
  expect_at_the_six_points(gelu,
                           {-2.393918396847994e-13, -0.04550026389635842, -0.1146265733433142, 0.0,
                            0.5306254434438489, 2.99595030590511},
                           {-1.793821487813784e-12, -0.08523180107819692, 0.26767223317289013, 0.5,
                            0.9766141011336599, 1.011945647204184});
  expect_at_the_ends(gelu, {0, 1e4F});
}

TEST(Silu, IsPyTorchs) {
  expect_at_the_six_points(hs::silu,
                           {-0.004145839776926997, -0.2384058440442351, -0.1276672449565023, 0.0,
                            0.46773144051771626, 2.8577223804672998},
                           {-0.0035907694083426034, -0.09078424878489547, 0.3522199896811173, 0.5,
                            0.8233867834733425, 1.0881041060151693});
  expect_at_the_ends(hs::silu, {0, 1e4F});
}

TEST(Softplus, IsPyTorchs) {
  expect_at_the_six_points(softplus,
                           {0.0005529314753607964, 0.1269280110429725, 0.5543552444685271, 0.6931471805599453,
                            1.103186048885458, 3.048587351573742},
                           {0.0005527786369235996, 0.11920292202211755, 0.425557483188341, 0.5,
                            0.6681877721681662, 0.9525741268224333});
}

TEST(Softplus, KeepsItsDigitsWhereItIsTiny) {
  const double tiny = hs::softplus(tensor(-40.0, {.dtype = hs::float64})).item();
  EXPECT_NEAR(tiny / 4.248354255291589e-18, 1, tolerance::float64_rounding) << "log(1 + e^-40) would be 0";
}

TEST(LeakyRelu, IsPyTorchsWithTheSlopeAtZero) {
  expect_at_the_six_points(leaky, {-1.5, -0.4, -0.06, 0.0, 0.7, 3.0}, {0.2, 0.2, 0.2, 0.2, 1.0, 1.0});
  expect_at_the_ends(leaky, {-2e3F, 1e4F});
}

TEST(LeakyRelu, HasExactSlopesOnBothSides) {
  const Tensor x = tensor({-1, 0, 1}, {.requires_grad = true});
  for (const float slope : {0.01F, 0.1F, 0.3F, 1.7F})
    EXPECT_EQ(hs::grad(hs::leaky_relu(x, slope).sum(), x).to_vector<float>(),
              (std::vector<float>{slope, slope, 1}));
}

TEST(LeakyRelu, NamesWhereItBends) {
  const hs::Op& op = *hs::find_operation("leaky_relu");
  const auto regime = [&](double x, double slope) {
    return op.regime(std::span(&x, 1), {{"negative_slope", slope}});
  };
  EXPECT_EQ(regime(1, 0.1), hs::Regime::active);
  EXPECT_EQ(regime(-1, 0.1), hs::Regime::inactive);
  EXPECT_EQ(regime(-1, -0.1), hs::Regime::reversed);
  EXPECT_EQ(regime(0, 0.1), hs::Regime::kink);
  EXPECT_EQ(regime(0, 1), hs::Regime::active) << "a straight line does not bend";
}
