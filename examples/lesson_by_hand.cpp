// Learns two spirals with the hand-written backpropagation of backprop_by_hand.cpp. Prints the lesson's log.
#include <cstdio>

#include "backprop_by_hand.hpp"

namespace hs = hindsight;

int main() {
  hs::Generator generator(42);  // the numbers of np.random.seed(42)
  auto [X, y] = hs::data::spirals({.dtype = hs::float64}, generator);
  const auto start = by_hand::random_start({2, 16, 1}, generator);
  by_hand::TwoLayers net{start.W[0], start.b[0], start.W[1], start.b[1]};

  for (int i = 0; i < 5000; ++i) {
    const auto step = net.backprop(X, y);
    if (i % 500 == 0 || i == 4999)
      std::printf("Iter %5d: loss=%.4f, acc=%.3f\n", i, step.loss, by_hand::accuracy(step.y_hat, y));
    net.update(step.gradients, 0.5);
  }
}
