#include "backprop_by_hand.hpp"

namespace by_hand {

namespace hs = hindsight;
using hs::matmul, hs::relu, hs::sigmoid, hs::log, hs::softmax, hs::mean, hs::sum;

// ---- Two layers: the lesson
// ------------------------------------------------------------------------------------------

TwoLayers::Step TwoLayers::backprop(const Tensor& X, const Tensor& y) const {
  const double N = static_cast<double>(X.size(0));

  // Forward pass
  auto z1 = matmul(X, W1) + b1;
  auto a1 = relu(z1);
  auto z2 = matmul(a1, W2) + b2;
  auto y_hat = sigmoid(z2);
  auto loss = mean(hs::binary_cross_entropy(y_hat, y));

  // Backward pass: the error of the output, and the same error pulled back through W2 and the ReLU
  auto delta2 = y_hat - y;
  auto dW2 = matmul(a1.t(), delta2) / N;
  auto db2 = mean(delta2, hs::Shape{0});
  auto delta1 = matmul(delta2, W2.t()) * (z1 > 0);
  auto dW1 = matmul(X.t(), delta1) / N;
  auto db1 = mean(delta1, hs::Shape{0});

  return {loss.item(), y_hat, {dW1, db1, dW2, db2}};
}

void TwoLayers::update(const Gradients& g, double lr) {
  W1 = W1 - lr * g.dW1;
  b1 = b1 - lr * g.db1;
  W2 = W2 - lr * g.dW2;
  b2 = b2 - lr * g.db2;
}

Tensor TwoLayers::predict(const Tensor& X) const {
  return sigmoid(matmul(relu(matmul(X, W1) + b1), W2) + b2);
}

// ---- Any number of layers
// --------------------------------------------------------------------------------------------

namespace {

Tensor output_of(const Tensor& z) { return z.size(1) == 1 ? sigmoid(z) : softmax(z, 1); }

double cross_entropy(const Tensor& y_hat, const Tensor& y) {
  if (y.size(1) == 1) return mean(hs::binary_cross_entropy(y_hat, y)).item();
  const Tensor of_the_class = sum(y_hat * y, hs::Shape{1});
  return -mean(log(of_the_class)).item();
}

}  // namespace

AnyDepth::Step AnyDepth::backprop(const Tensor& X, const Tensor& y) const {
  const double N = static_cast<double>(X.size(0));
  const std::size_t L = W.size();

  // Forward pass: a[l] goes into layer l, z[l] comes out of its matrix
  std::vector<Tensor> a{X}, z;
  for (std::size_t l = 0; l < L; ++l) {
    z.push_back(matmul(a[l], W[l]) + b[l]);
    a.push_back(l + 1 < L ? relu(z[l]) : output_of(z[l]));
  }
  const Tensor& y_hat = a[L];

  // Backward pass
  Gradients g{std::vector<Tensor>(L), std::vector<Tensor>(L)};
  auto delta = y_hat - y;
  for (std::size_t l = L; l-- > 0;) {
    g.dW[l] = matmul(a[l].t(), delta) / N;
    g.db[l] = mean(delta, hs::Shape{0});
    if (l > 0) delta = matmul(delta, W[l].t()) * (z[l - 1] > 0);
  }
  return {cross_entropy(y_hat, y), y_hat, g};
}

void AnyDepth::update(const Gradients& g, double lr) {
  for (std::size_t l = 0; l < W.size(); ++l) {
    W[l] = W[l] - lr * g.dW[l];
    b[l] = b[l] - lr * g.db[l];
  }
}

Tensor AnyDepth::predict(const Tensor& X) const {
  Tensor a = X;
  for (std::size_t l = 0; l < W.size(); ++l) {
    const Tensor z = matmul(a, W[l]) + b[l];
    a = l + 1 < W.size() ? relu(z) : output_of(z);
  }
  return a;
}

AnyDepth random_start(const std::vector<std::int64_t>& widths, hs::Generator& generator) {
  AnyDepth net;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    net.W.push_back(0.5 * Tensor(generator.normal({widths[l], widths[l + 1]})));
    net.b.push_back(hs::zeros({widths[l + 1]}, {.dtype = hs::float64}));
  }
  return net;
}

double accuracy(const Tensor& y_hat, const Tensor& y) {
  const Tensor right = y.size(1) == 1 ? (y_hat > 0.5) == y : y_hat.argmax(1) == y.argmax(1);
  return right.to(hs::float64).mean().item();
}

}  // namespace by_hand
