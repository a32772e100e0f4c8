// Learns two spirals with autograd: the same loop as in PyTorch.
#include <cstdio>

#include <hindsight/hindsight.hpp>
namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;

int main() {
  auto [X, y] = hs::data::spirals({.points_per_class = 100, .classes = 2, .noise = 0.2, .seed = 42});
  hs::manual_seed(0);
  auto model = nn::Sequential(nn::Linear(2, 16), nn::ReLU(), nn::Linear(16, 1), nn::Sigmoid());
  auto loss_fn = nn::BCELoss();
  auto optimizer = optim::SGD(model.parameters(), {.lr = 0.5});

  for (int i = 0; i < 5000; ++i) {
    auto y_hat = model(X);
    auto loss = loss_fn(y_hat, y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    if (i % 500 == 0) {
      auto accuracy = ((y_hat > 0.5) == y).to(hs::float32).mean();
      std::printf("Iter %5d: loss=%.4f, acc=%.3f\n", i, loss.item<float>(), accuracy.item<float>());
    }
  }
}
