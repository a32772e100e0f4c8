// The lesson's eager loop without reading the loss; prints microseconds an iteration. Run by eager_lesson.py.
#include <chrono>
#include <cstdio>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
namespace nn = hindsight::nn;

int main() {
  const auto [X, y] = hs::data::spirals();
  hs::manual_seed(0);
  const auto model = nn::Sequential(nn::Linear(2, 16), nn::ReLU(), nn::Linear(16, 1), nn::Sigmoid());
  const auto loss_fn = nn::BCELoss();
  const auto optimizer = hs::optim::SGD(model.parameters(), {.lr = 0.5});
  const auto run = [&](int iterations) {
    for (int i = 0; i < iterations; ++i) {
      const auto loss = loss_fn(model(X), y);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
  };
  run(500);
  const auto start = std::chrono::steady_clock::now();
  run(5000);
  std::printf(
      "%.3f\n",
      std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / 5000);
}
