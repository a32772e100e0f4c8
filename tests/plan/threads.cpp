// The bits of a whole training run do not depend on the number of threads.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

/// Losses and final weights of twelve steps, on batches of which each is large enough to be shared out.
template <class Optimizer, class Options>
std::vector<double> trained(int threads, hs::DType dtype, const Options& options) {
  hs::set_num_threads(threads);
  hs::manual_seed(7);
  const nn::Sequential model(nn::Linear(70, 130), nn::ReLU(), nn::Linear(130, 130), nn::Tanh(),
                             nn::Linear(130, 10));
  model.to(dtype);
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& k) { return nn::CrossEntropyLoss()(model(x), k); },
                  Optimizer(model.parameters(), options));
  std::vector<double> numbers;
  for (int i = 0; i < 12; ++i) {
    const Tensor x = hs::randn({i % 3 == 2 ? 193 : 256, 70}).to(dtype);
    numbers.push_back(step(x, x.slice(1, 0, 10).argmax(1)));
  }
  for (const hs::Parameter& parameter : model.parameters())
    for (std::int64_t i = 0; i < parameter.shape().elements(); ++i)
      numbers.push_back(parameter.value().array().at(i));
  return numbers;
}

class Threads : public testing::Test {
 protected:
  ~Threads() override { hs::set_num_threads(before_); }

 private:
  int before_ = hs::num_threads();
};

}  // namespace

TEST_F(Threads, GiveTheSameBitsHoweverManyTheyAre) {
  for (const hs::DType dtype : {hs::float32, hs::float64}) {
    const optim::SGDOptions sgd{.lr = 0.05};
    const optim::AdamOptions adam{.lr = 0.01};
    const auto by_sgd = trained<optim::SGD>(1, dtype, sgd), by_adam = trained<optim::Adam>(1, dtype, adam);
    for (const int threads : {2, 3, 4, 7}) {
      EXPECT_EQ(trained<optim::SGD>(threads, dtype, sgd), by_sgd) << threads;
      EXPECT_EQ(trained<optim::Adam>(threads, dtype, adam), by_adam) << threads;
    }
  }
}

TEST_F(Threads, AreAsManyAsWereAskedFor) {
  hs::set_num_threads(3);
  EXPECT_EQ(hs::num_threads(), 3);
  expect_error<hs::ValueError>([] { hs::set_num_threads(0); },
                               "set_num_threads: 0 threads were asked for; give 1 or more");
  EXPECT_EQ(hs::num_threads(), 3);
}
