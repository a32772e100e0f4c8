#include "property/random_graph.hpp"

#include "readers/check/opcheck/subject.hpp"

namespace hs = hindsight;

namespace property {
namespace {

bool broadcastable(const Shape& a, const Shape& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const std::int64_t x = a[a.size() - 1 - i], y = b[b.size() - 1 - i];
    if (x != y && x != 1 && y != 1) return false;
  }
  return true;
}

Tensor of_one(int which, const Tensor& x) {
  switch (which % 12) {
    case 0:
      return hs::tanh(x);
    case 1:
      return hs::sigmoid(x) * 2.0;
    case 2:
      return hs::sin(x);
    case 3:
      return hs::softplus(x) - 0.5;
    case 4:
      return hs::exp(hs::cos(x)) - 1.0;
    case 5:
      return hs::sqrt(x * x + 0.5);
    case 6:
      return 1.0 / (x * x + 1.0);
    case 7:
      return x.dim() ? x.sum(-1, true) * 0.5 : hs::erf(x);
    case 8:
      return x.dim() == 2 ? x.t() : hs::silu(x);
    case 9:
      return x.reshape({x.elements()});
    case 10:
      return x.dim() && x.size(0) > 1 ? x.slice(0, 1, x.size(0)) : hs::log(x * x + 1.0);
    default:
      return x.dim() ? hs::log_softmax(x, -1) * 0.3 : hs::gelu(x);
  }
}

/// Bounded, whatever is put in: graphs stay where differences are exact.
Tensor of_two(int which, const Tensor& a, const Tensor& b) {
  if (which % 5 == 4 && a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(0)) return hs::tanh(a.matmul(b));
  if (!broadcastable(a.shape(), b.shape())) return of_one(which, a);
  switch (which % 5) {
    case 0:
      return a + b * 0.5;
    case 1:
      return a - b;
    case 2:
      return hs::sin(a * b);
    case 3:
      return a / (b * b + 1.0);
    default:
      return hs::tanh(a) * hs::sigmoid(b);
  }
}

class Run {
 public:
  Run(const Program& program, std::span<const Tensor> inputs, Order order)
      : program_(program), inputs_(inputs), order_(order), made_(values()) {}

  std::size_t values() const { return inputs_.size() + program_.instructions.size(); }

  Tensor value(std::size_t i) {
    if (i < inputs_.size()) return inputs_[i];
    if (order_ != Order::without_sharing && made_[i].defined()) return made_[i];
    const auto [which, first, second] = program_.instructions[i - inputs_.size()];
    const Tensor a = value(first % i);
    Tensor result = which % 2 ? of_one(which / 2, a) : of_two(which / 2, a, value(second % i));
    if (order_ != Order::without_sharing) made_[i] = result;
    return result;
  }

 private:
  const Program& program_;
  std::span<const Tensor> inputs_;
  Order order_;
  std::vector<Tensor> made_;
};

}  // namespace

Tensor run(const Program& program, std::span<const Tensor> inputs, Order order) {
  Run graph(program, inputs, order);
  if (order == Order::as_written)
    for (std::size_t i = 0; i < graph.values(); ++i) graph.value(i);
  Tensor total = hs::full({}, 0, {.dtype = hs::float64});
  for (std::size_t i = graph.values(); i-- > 0;) {
    const Tensor value = graph.value(i);
    total = total + (value * hs::proof::spread(value.shape(), static_cast<int>(i))).mean();
  }
  return total;
}

std::vector<Tensor> numbers_for(const Program& program, int salt) {
  std::vector<Tensor> numbers;
  for (const Shape& shape : program.inputs)
    numbers.push_back(hs::proof::spread(shape, salt + static_cast<int>(numbers.size())));
  return numbers;
}

}  // namespace property
