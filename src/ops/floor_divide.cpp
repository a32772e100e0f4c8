#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// As Python divides (Objects/floatobject.c): the remainder, which is exact, says where the quotient, which is
// rounded, belongs.
struct Body {
  template <class S>
  S operator()(S a, S b) const {
    if (b == 0) return a / b;
    const S remainder = std::fmod(a, b);
    S quotient = (a - remainder) / b;
    if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
    if (quotient == 0) return std::copysign(S(0), a / b);
    const S whole = std::floor(quotient);
    return quotient - whole > S(0.5) ? whole + 1 : whole;
  }
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    if (b == 0) throw ValueError("floor_divide: an integer is divided by 0; divide floats for an infinity");
    if (b == -1)
      return static_cast<std::int64_t>(-static_cast<std::uint64_t>(a));  // the least has no negative
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
  }
};

Tensor flat(const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }

}  // namespace

namespace rooms {
extern constinit const Op floor_divide = {
    .name = "floor_divide",
    .latex = R"(\left\lfloor\frac{{0}}{{1}}\right\rfloor)",
    .text = "floor_divide({0}, {1})",
    .words = "how many times the second goes into the first",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {flat, flat},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Flat between the jumps.
          return std::fmod(x[0], x[1]) == 0 ? Regime::kink : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -3, 3), elementwise::sample({3, 2}, 0.5, 2, 1)}},
              {{elementwise::sample({3, 2}, -3, 3), elementwise::sample({3, 2}, -2, -0.5, 1)}}};
        },
};
}  // namespace rooms

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "floor_divide");
  return apply(rooms::floor_divide, {x, y});
}

}  // namespace hindsight
