// The lesson against its NumPy run (reference/spirals_seed42.json: NumPy 1.24, np.random.seed(42), float64).
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "backprop_by_hand.hpp"
#include "base/json.hpp"
#include "temporary_folder.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Json;
using hs::Tensor;

namespace {

const Json& reference() {
  static const Json json = hindsight::parse_json(
      TemporaryFolder::content(HINDSIGHT_SOURCE "/tests/examples/reference/spirals_seed42.json"),
      "the reference");
  return json;
}

std::vector<double> flat(const Json& json) {
  if (json.is_number()) return {json.get<double>()};
  std::vector<double> all;
  for (const Json& entry : json)
    for (const double value : flat(entry)) all.push_back(value);
  return all;
}

struct Lesson {
  hs::Generator generator{42};
  hs::data::Dataset data = hs::data::spirals({.dtype = hs::float64}, generator);
  by_hand::AnyDepth start = by_hand::random_start({2, 16, 1}, generator);
  by_hand::TwoLayers two{start.W[0], start.b[0], start.W[1], start.b[1]};
};

void expect_near(const Tensor& got, const Json& want, double tolerance, const char* what) {
  const std::vector<double> numbers = flat(want);
  ASSERT_EQ(got.elements(), static_cast<std::int64_t>(numbers.size())) << what;
  double scale = 0;
  for (const double value : numbers) scale = std::max(scale, std::abs(value));
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_NEAR(got.array().at(static_cast<std::int64_t>(i)), numbers[i], tolerance * scale)
        << what << " " << i;
}

}  // namespace

// NumPy's vectorised sine and cosine (AVX-512) are up to 4 ulp off; without them NumPy gives these very bits.
TEST(Lesson, DataAreNumPysWithinTwoUlpOfTheirRadius) {
  const std::vector<double> want = flat(reference()["X"]);
  const std::vector<double> got = Lesson().data.features.to_vector<double>();
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], tolerance::two_ulp) << i;
}

TEST(Lesson, InitialWeightsAreNumPysBitForBit) {
  const Lesson lesson;
  EXPECT_EQ(lesson.two.W1.to_vector<double>(), flat(reference()["initial"]["W1"]));
  EXPECT_EQ(lesson.two.W2.to_vector<double>(), flat(reference()["initial"]["W2"]));
}

TEST(Lesson, FirstGradientsAreNumPys) {
  const Lesson lesson;
  const auto g = lesson.two.backprop(lesson.data.features, lesson.data.targets).gradients;
  const Json& want = reference()["gradients_at_iteration_0"];
  expect_near(g.dW1, want["dW1"], tolerance::lesson_first_gradients, "dW1");
  expect_near(g.db1, want["db1"], tolerance::lesson_first_gradients, "db1");
  expect_near(g.dW2, want["dW2"], tolerance::lesson_first_gradients, "dW2");
  expect_near(g.db2, want["db2"], tolerance::lesson_first_gradients, "db2");
}

TEST(Lesson, EveryLossByHandIsNumPys) {
  Lesson lesson;
  const std::vector<double> want = flat(reference()["losses_every_iteration"]);
  ASSERT_EQ(want.size(), 5000U);
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto step = lesson.two.backprop(lesson.data.features, lesson.data.targets);
    ASSERT_LE(std::abs(step.loss - want[i]), tolerance::lesson_losses * want[i]) << "iteration " << i;
    lesson.two.update(step.gradients, 0.5);
  }
  expect_near(lesson.two.W1, reference()["final"]["W1"], tolerance::lesson_final_weights, "W1");
  expect_near(lesson.two.W2, reference()["final"]["W2"], tolerance::lesson_final_weights, "W2");
}

TEST(Lesson, AutogradGivesTheGradientsOfTheHand) {
  const Lesson lesson;
  const auto by_hand = lesson.two.backprop(lesson.data.features, lesson.data.targets).gradients;
  const Tensor W1 = lesson.two.W1.detach().requires_grad_(), b1 = lesson.two.b1.detach().requires_grad_();
  const Tensor W2 = lesson.two.W2.detach().requires_grad_(), b2 = lesson.two.b2.detach().requires_grad_();
  const Tensor y_hat = by_hand::TwoLayers{W1, b1, W2, b2}.predict(lesson.data.features);
  hs::nn::BCELoss()(y_hat, lesson.data.targets).backward();
  const std::pair<Tensor, Tensor> pairs[] = {
      {W1, by_hand.dW1}, {b1, by_hand.db1}, {W2, by_hand.dW2}, {b2, by_hand.db2}};
  for (const auto& [leaf, want] : pairs)
    for (std::int64_t i = 0; i < want.elements(); ++i)
      EXPECT_NEAR(leaf.grad().array().at(i), want.array().at(i), tolerance::lesson_first_gradients);
}

TEST(ByHand, AnyDepthIsTheLessonAtTwoLayers) {
  const Lesson lesson;
  const auto two = lesson.two.backprop(lesson.data.features, lesson.data.targets);
  const auto any = lesson.start.backprop(lesson.data.features, lesson.data.targets);
  EXPECT_EQ(two.loss, any.loss);
  EXPECT_TRUE(two.gradients.dW1.array().identical(any.gradients.dW[0].array()));
  EXPECT_TRUE(two.gradients.db2.array().identical(any.gradients.db[1].array()));
}

TEST(ByHand, DeepSoftmaxNetworkHasTheGradientsOfAutograd) {
  hs::Generator generator(1);
  const auto data =
      hs::data::spirals({.points_per_class = 20, .classes = 3, .dtype = hs::float64}, generator);
  const Tensor y = hs::one_hot(data.targets, 3).to(hs::float64);
  by_hand::AnyDepth net = by_hand::random_start({2, 7, 5, 3}, generator);
  const auto by_hand_step = net.backprop(data.features, y);

  for (auto* list : {&net.W, &net.b})
    for (Tensor& leaf : *list) leaf = leaf.detach().requires_grad_();
  Tensor a = data.features;
  for (std::size_t l = 0; l < 3; ++l) {
    a = hs::matmul(a, net.W[l]) + net.b[l];
    if (l < 2) a = hs::relu(a);
  }
  const Tensor loss = hs::nn::CrossEntropyLoss()(a, data.targets);
  loss.backward();
  EXPECT_NEAR(loss.item(), by_hand_step.loss, 1e-14);
  for (std::size_t l = 0; l < 3; ++l)
    for (std::int64_t i = 0; i < net.W[l].elements(); ++i)
      EXPECT_NEAR(net.W[l].grad().array().at(i), by_hand_step.gradients.dW[l].array().at(i),
                  tolerance::lesson_first_gradients);
}

TEST(Ceiling, OfTheLessonIs199Of200) {
  const Lesson lesson;
  const auto ceiling = hs::data::ceiling(lesson.data.features, lesson.data.targets);
  EXPECT_EQ(ceiling.correct, 199);
  EXPECT_EQ(ceiling.samples, 200);
  EXPECT_NEAR(ceiling.loss_floor, 2 * std::log(2.0) / 200, 1e-16);
  ASSERT_EQ(ceiling.contradictions.size(), 1U);
  EXPECT_EQ(ceiling.contradictions[0].samples, (std::vector<std::int64_t>{0, 100}));
}
