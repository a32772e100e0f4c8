// Compiled inference, on tensors and on plain numbers.
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

nn::Sequential perceptron(std::int64_t width, std::int64_t outputs = 3) {
  hs::manual_seed(3);
  return nn::Sequential(nn::Linear(5, width), nn::ReLU(), nn::Dropout({.p = 0.5}), nn::Linear(width, outputs),
                        nn::Sigmoid());
}

/// What the model gives for the numbers 0, 0.1, 0.2, ... in [rows, 5].
template <class T>
std::pair<Tensor, std::vector<T>> inputs(std::int64_t rows) {
  std::vector<T> numbers;
  for (std::int64_t i = 0; i < rows * 5; ++i) numbers.push_back(static_cast<T>(i) / 10);
  return {hs::tensor(numbers, {rows, 5}), numbers};
}

template <class T>
void expect_as_the_model(std::int64_t width, std::int64_t outputs, std::int64_t rows, double tolerance) {
  const nn::Sequential model = perceptron(width, outputs);
  model.to(hs::dtype_of<T>()).eval();
  auto predict = hs::compile(model).on_numbers<T>({rows, 5});
  const auto [x, numbers] = inputs<T>(rows);
  EXPECT_EQ(predict.output_shape(), (hs::Shape{rows, outputs}));
  std::vector<T> y(static_cast<std::size_t>(outputs * rows));
  for (int call = 0; call < 3; ++call) {
    predict(numbers, y);
    const Tensor expected = model(x);
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_NEAR(y[i], expected.array().at(static_cast<std::int64_t>(i)), tolerance)
          << width << " wide, " << outputs << " outputs, " << rows << " rows, element " << i;
    for (const hs::Parameter& p : model.parameters())
      hs::Parameter(p).assign(p.value() * 0.5);  // seen by the next
  }
}

/// Each column's share of its sum over the batch: samples meet, so no layout knows it.
class Shares : public nn::Layer {
 public:
  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor power = hs::exp(only(inputs));
    return power / power.sum(0, true);
  }
  std::string describe() const override { return "Shares"; }
};

}  // namespace

TEST(Inference, OnNumbersIsTheModel) {
  for (const std::int64_t width : {1, 3, 16, 17, 31, 70})
    for (const std::int64_t outputs : {1, 3})
      for (const std::int64_t rows : {1, 2, 33}) {
        expect_as_the_model<float>(width, outputs, rows, tolerance::float32_rounding);
        expect_as_the_model<double>(width, outputs, rows, tolerance::compiled_steps);
      }
}

/// A layer whose weights are tensors of its own, no parameters.
class Fixed : public nn::Layer {
 public:
  Tensor forward(std::span<const Tensor> inputs) override { return hs::linear(only(inputs), w_, b_); }
  std::string describe() const override { return "Fixed"; }

 private:
  Tensor w_ = hs::rand({17, 5}), b_ = hs::rand({17});
};

TEST(Inference, OneSamplePassesConstantWeights) {
  const nn::Sequential model(nn::Module(std::make_shared<Fixed>()), nn::ReLU(), nn::Linear(17, 1));
  const Tensor x = inputs<float>(1).first;
  auto infer = hs::compile(model);
  EXPECT_NEAR(infer(x).item<float>(), model(x).item<float>(), tolerance::float32_rounding)
      << infer.describe();
}

TEST(Inference, OneSampleTakesUnitsInTheLanes) {
  const nn::Sequential model = perceptron(17, 1);
  model.eval();
  auto infer = hs::compile(model);
  infer(inputs<float>(1).first);
  EXPECT_NE(infer.describe().find("hidden 5 -> 17, relu -> 1, units in the lanes"), std::string::npos)
      << infer.describe();
}

// Lanes without a unit must not make NaN of an infinite input.
TEST(Inference, OneSampleMayBeInfinite) {
  const nn::Sequential model = perceptron(17, 1);
  model.eval();
  model.parameters()[2].assign(hs::ones({1, 17}));  // else the infinite units of both signs make NaN
  auto infer = hs::compile(model);
  for (const float value : {1.0F, -1.0F}) {
    std::vector<float> numbers(5, 0.5F);
    numbers[2] = value * std::numeric_limits<float>::infinity();
    const Tensor x = hs::tensor(numbers, {1, 5});
    const float want = model(x).item<float>(), got = infer(x).item<float>();
    EXPECT_EQ(want, 1);
    EXPECT_EQ(got, want);
  }
}

// As eagerly, by either way in.
TEST(Inference, OneSampleKeepsDenormals) {
  const nn::Sequential model(nn::Linear(2, 16), nn::ReLU(), nn::Linear(16, 1));
  model.parameters()[2].assign(hs::full({1, 16}, 1e-39));
  model.parameters()[3].assign(hs::zeros({1}));
  auto infer = hs::compile(model);
  const Tensor x = hs::full({1, 2}, 0.5);
  const float want = model(x).item<float>();
  ASSERT_GT(want, 0);
  ASSERT_LT(want, std::numeric_limits<float>::min());
  // Each of the 16 products and their sum is rounded to a whole number of the smallest.
  EXPECT_NEAR(infer(x).item<float>(), want, 17 * std::numeric_limits<float>::denorm_min());
  const std::vector<float> in = {0.5F, 0.5F};
  std::vector<float> out(1);
  infer.on_numbers<float>({1, 2})(in, out);
  EXPECT_EQ(out[0], infer(x).item<float>());
}

TEST(Inference, OnNumbersTakesTurnsWithTensors) {
  const nn::Sequential model = perceptron(16);
  model.eval();
  auto infer = hs::compile(model);
  auto predict = infer.on_numbers<float>({2, 5});
  const auto [x, numbers] = inputs<float>(2);
  const std::vector<float> zeros(10);
  std::vector<float> y(6), of_zeros(6);
  for (int i = 0; i < 3; ++i) {
    predict(numbers, y);
    EXPECT_EQ(infer(x).to_vector<float>(), y);
    predict(zeros, of_zeros);
    EXPECT_EQ(infer(x).to_vector<float>(), y) << "the tensor's numbers are not those of the last call";
  }
}

TEST(Inference, OnNumbersFollowsTheTrainingMode) {
  const nn::Sequential model = perceptron(16);
  model.eval();
  auto predict = hs::compile(model).on_numbers<float>({1, 5});
  const auto [x, numbers] = inputs<float>(1);
  std::vector<float> evaluated(3), dropped(3), again(3);
  predict(numbers, evaluated);
  model.train();
  predict(numbers, dropped);
  model.eval();
  predict(numbers, again);
  EXPECT_EQ(again, evaluated);
  EXPECT_NE(dropped, evaluated);
}

TEST(Inference, OnNumbersReplaysWhatNoLayoutKnows) {
  const nn::Sequential model(nn::Linear(4, 4), nn::Module(std::make_shared<Shares>()));
  model.to(hs::float64);
  auto infer = hs::compile(model);
  auto predict = infer.on_numbers<double>({3, 4});
  EXPECT_NE(infer.describe().find("replayed"), std::string::npos);
  const std::vector<double> numbers(12, 0.25);
  std::vector<double> y(12);
  predict(numbers, y);
  const Tensor expected = model(hs::tensor(numbers, {3, 4}));
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_NEAR(y[i], expected.array().at(static_cast<std::int64_t>(i)), tolerance::compiled_steps);
}

TEST(Inference, OnNumbersNamesWhatDoesNotFit) {
  auto predict = hs::compile(perceptron(16)).on_numbers<float>({2, 5});
  std::vector<float> few(9), x(10), y(6), many(7);
  expect_error<hs::ShapeError>([&] { predict(few, y); },
                               "this inference takes an input of shape [2, 5], 10 numbers, and got 9");
  expect_error<hs::ShapeError>([&] { predict(x, many); },
                               "this inference takes an output of shape [2, 3], 6 numbers, and got 7");
}
