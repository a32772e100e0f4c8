#include "golden/golden.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

Tensor loss(const std::string& name, const Tensor& x) {
  if (name == "smooth") return (hs::sin(x) + hs::pow(x, 2)).sum() + hs::exp(x[0] * x[1]);
  const Tensor left = x.slice(0, 0, x.size(0) - 1), right = x.slice(0, 1, x.size(0));
  return (100 * hs::pow(right - hs::pow(left, 2), 2) + hs::pow(1 - left, 2)).sum();
}

/// The point after each of ten steps, and the loss before it (tools/golden/lbfgs.py).
Outputs trajectory(Operands in, const Attributes& o) {
  const hs::Parameter x("x", in[0]);
  const hs::optim::LBFGS optimizer(
      {x}, {.lr = o.get("lr", 1.0),
            .max_iter = o.get("max_iter", std::int64_t{20}),
            .max_eval = o.has("max_eval") ? std::optional(o.get<std::int64_t>("max_eval")) : std::nullopt,
            .tolerance_grad = o.get("tolerance_grad", 1e-7),
            .tolerance_change = o.get("tolerance_change", 1e-9),
            .history_size = o.get("history_size", std::int64_t{100}),
            .line_search_fn = o.get("line_search_fn", std::string())});
  std::vector<double> rows;
  for (int i = 0; i < 10; ++i) {
    const Tensor before = optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor value = loss(o.get<std::string>("loss"), x);
      value.backward();
      return value;
    });
    for (const double number : x.value().to_vector<double>()) rows.push_back(number);
    rows.push_back(before.item());
  }
  return hs::tensor(rows, {10, x.shape()[0] + 1});
}

const Family lbfgs("lbfgs", 23, {{"lbfgs", trajectory}}, tolerance::golden_lbfgs);

}  // namespace
}  // namespace golden
