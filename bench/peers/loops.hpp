// A training step as one writes it over a matrix product from a library: the products by the library, plain
// loops for the rest. Row-major; weights [in, out], so that the forward product needs no transpose.
#pragma once
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "../job.hpp"

namespace bench {

/// C = op(A)·op(B), C of shape [m, n], k products an element; `Product` is a library's.
template <class T, template <class> class Product>
class Loops {
 public:
  explicit Loops(const Job& job) : job_(job), data_(data_of<T>(job)) {
    if (job.activation != "relu") throw std::invalid_argument("the plain loops know relu only");
    if (job.loss != "bce" && job.loss != "cross_entropy")
      throw std::invalid_argument("the plain loops know bce and cross_entropy");
    for (std::size_t l = 0; l < job.layers(); ++l) layers_.push_back(layer(l));
  }

  const T* forward() {
    const T* in = data_.inputs.data();
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      Layer& at = layers_[l];
      Product<T>::multiply(false, false, job_.batch, at.out, at.in, in, at.weight.data(), at.output.data());
      const bool last = l + 1 == layers_.size();
      for (std::int64_t row = 0; row < job_.batch; ++row) {
        T* z = at.output.data() + row * at.out;
        if (last)
          for (std::int64_t o = 0; o < at.out; ++o) z[o] += at.bias[static_cast<std::size_t>(o)];
        else
          for (std::int64_t o = 0; o < at.out; ++o)
            z[o] = std::max(z[o] + at.bias[static_cast<std::size_t>(o)], T(0));
      }
      in = z_of(l);
    }
    return in;
  }

  double step() {
    forward();
    const double loss = job_.has_classes() ? softmax_delta() : sigmoid_delta();
    for (std::size_t l = layers_.size(); l-- > 0;) {
      Layer& at = layers_[l];
      const T* in = l ? z_of(l - 1) : data_.inputs.data();
      Product<T>::multiply(true, false, at.in, at.out, job_.batch, in, at.delta.data(), at.gradient.data());
      if (l) {
        Layer& below = layers_[l - 1];
        Product<T>::multiply(false, true, job_.batch, at.in, at.out, at.delta.data(), at.weight.data(),
                             below.delta.data());
        for (std::size_t i = 0; i < below.delta.size(); ++i)
          below.delta[i] = below.output[i] > 0 ? below.delta[i] : T(0);
      }
      update(at);
    }
    return loss;
  }

 private:
  struct Layer {
    std::int64_t in, out;
    std::vector<T> weight, bias, gradient, bias_gradient, output, delta;
  };

  Layer layer(std::size_t l) const {
    const std::int64_t in = job_.shape[l], out = job_.shape[l + 1];
    const auto size = [](std::int64_t n) { return static_cast<std::size_t>(n); };
    Layer made{in,
               out,
               std::vector<T>(size(in * out)),
               initial<T>(job_, l, true),
               std::vector<T>(size(in * out)),
               std::vector<T>(size(out)),
               std::vector<T>(size(job_.batch * out)),
               std::vector<T>(size(job_.batch * out))};
    const std::vector<T> rows = initial<T>(job_, l, false);
    for (std::int64_t o = 0; o < out; ++o)
      for (std::int64_t i = 0; i < in; ++i) made.weight[size(i * out + o)] = rows[size(o * in + i)];
    return made;
  }
  const T* z_of(std::size_t l) const { return layers_[l].output.data(); }

  /// δ = (softmax(z) − onehot) / batch, and the loss.
  double softmax_delta() {
    Layer& at = layers_.back();
    const T scale = T(1) / static_cast<T>(job_.batch);
    T loss = 0;
    for (std::int64_t row = 0; row < job_.batch; ++row) {
      const T* z = at.output.data() + row * at.out;
      T* delta = at.delta.data() + row * at.out;
      const auto label = data_.classes[static_cast<std::size_t>(row)];
      const T most = *std::max_element(z, z + at.out);
      T sum = 0;
      for (std::int64_t o = 0; o < at.out; ++o) sum += delta[o] = std::exp(z[o] - most);
      loss += std::log(sum) + most - z[label];
      for (std::int64_t o = 0; o < at.out; ++o) delta[o] *= scale / sum;
      delta[label] -= scale;
    }
    return static_cast<double>(loss * scale);
  }

  /// δ = (sigmoid(z) − t) / n, and the loss from the logits.
  double sigmoid_delta() {
    Layer& at = layers_.back();
    const T scale = T(1) / static_cast<T>(at.output.size());
    T loss = 0;
    for (std::size_t i = 0; i < at.output.size(); ++i) {
      const T z = at.output[i], t = data_.targets[i], e = std::exp(-std::abs(z));
      loss += std::max(z, T(0)) - z * t + std::log1p(e);
      at.delta[i] = ((z > 0 ? 1 : e) / (1 + e) - t) * scale;
    }
    return static_cast<double>(loss * scale);
  }

  void update(Layer& at) const {
    std::fill(at.bias_gradient.begin(), at.bias_gradient.end(), T(0));
    for (std::int64_t row = 0; row < job_.batch; ++row)
      for (std::int64_t o = 0; o < at.out; ++o)
        at.bias_gradient[static_cast<std::size_t>(o)] += at.delta[static_cast<std::size_t>(row * at.out + o)];
    const T lr = static_cast<T>(job_.lr);
    for (std::size_t i = 0; i < at.weight.size(); ++i) at.weight[i] -= lr * at.gradient[i];
    for (std::size_t o = 0; o < at.bias.size(); ++o) at.bias[o] -= lr * at.bias_gradient[o];
  }

  Job job_;
  Data<T> data_;
  std::vector<Layer> layers_;
};

}  // namespace bench
