#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;
using hs::tensor;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};
const std::string way_out =
    "; keep its inputs where it is finite (maximum, an epsilon), or take a form that cannot overflow there "
    "(losses from logits, log_softmax, softplus)";

/// A layer that is one function.
class Applied : public nn::Layer {
 public:
  explicit Applied(Tensor (*function)(const Tensor&)) : function_(function) {}
  Tensor forward(std::span<const Tensor> inputs) override { return function_(only(inputs)); }
  std::string describe() const override { return "Applied()"; }

 private:
  Tensor (*function_)(const Tensor&);
};
nn::Module applied(Tensor (*function)(const Tensor&)) {
  return nn::Module(std::make_shared<Applied>(function));
}

}  // namespace

TEST(DetectAnomaly, NamesTheOperationTheModuleAndTheElementOfTheForwardPass) {
  const auto model = nn::Sequential(nn::ReLU(), applied(hs::log));
  const Tensor x = tensor({{1, 2}, {-3, 4}}, exact);
  EXPECT_TRUE(std::isinf(model(x).sum().item())) << "without it nothing is said";
  const hs::DetectAnomaly detect;
  expect_error<hs::AnomalyError>(
      [&] { model(x); },
      "log in module \"1\" made -inf: element [1, 0] of its result [2, 2], from 0 in input 0 [2, 2]" +
          way_out);
}

TEST(DetectAnomaly, GivesShapesWhereAnOperationIsNotElementwise) {
  const hs::DetectAnomaly detect;
  const Tensor big = hs::full({2, 3}, 1e200, exact);
  expect_error<hs::AnomalyError>(
      [&] {
        big.matmul(hs::full({3, 1}, 1e200, exact));
      },
      "matmul made inf: element [0, 0] of its result [2, 1], from input 0 [2, 3] "
      "and input 1 [3, 1]" +
          way_out);
}

TEST(DetectAnomaly, NamesTheDerivativeThatWentWrongInTheBackwardPass) {
  const auto model = nn::Sequential(nn::ReLU(), applied(hs::sqrt));
  const Tensor x = tensor({4.0, 0.0}, exact).requires_grad_();
  const hs::DetectAnomaly detect;
  const Tensor y = (model(x) * 2.0).sum();
  expect_error<hs::AnomalyError>([&] { y.backward(); },
                                 "the derivative of sqrt in module \"1\" made inf in the backward pass: "
                                 "element [1] of the gradient of its input 0 [2], "
                                 "from the gradient 2 of its result and 0 in input 0 [2]" +
                                     way_out);
}

TEST(DetectAnomaly, ANanInTheDataIsReportedWhereItIsFirstUsed) {
  const hs::DetectAnomaly detect;
  const Tensor x = tensor({1.0, std::nan("")}, exact).named("rain");
  expect_error<hs::AnomalyError>(
      [&] { hs::exp(x); },
      "exp was given nan: element [1] of its input 0, \"rain\" of shape [2]; look at where that comes from "
      "(a cell of the data, a step that was too large)");
}

TEST(DetectAnomaly, AnInfinityThatWasGivenIsNobodysFaultButANanMadeOfItIs) {
  const hs::DetectAnomaly detect;
  const Tensor infinite = tensor({std::numeric_limits<double>::infinity()}, exact);
  EXPECT_TRUE(std::isinf((infinite + 1.0).item()));
  expect_error<hs::AnomalyError>([&] { infinite - infinite; },
                                 "subtract made nan: element [0] of its result [1], from inf in input 0 [1] "
                                 "and inf in input 1 [1]" +
                                     way_out);
}

TEST(DetectAnomaly, DoesNotMindWhatADerivativeMasks) {
  const Tensor x = tensor({2.0}, exact).requires_grad_();
  const hs::DetectAnomaly detect;
  hs::binary_cross_entropy(hs::sigmoid(x), tensor({1.0}, exact)).sum().backward();
  EXPECT_TRUE(std::isfinite(x.grad().item()));
}

TEST(DetectAnomaly, EndsWithItsScopeAndNests) {
  EXPECT_FALSE(hs::anomaly_enabled());
  {
    const hs::DetectAnomaly on;
    EXPECT_TRUE(hs::anomaly_enabled());
    {
      const hs::DetectAnomaly off(false);
      EXPECT_FALSE(hs::anomaly_enabled());
    }
    EXPECT_TRUE(hs::anomaly_enabled());
  }
  EXPECT_FALSE(hs::anomaly_enabled());
}
