#pragma once
#include <cmath>
#include <type_traits>

/// The functions that bodies of elementwise operations may use, for every scalar that a body is read as.
namespace hindsight::scalar {

using std::abs;
using std::acos;
using std::asin;
using std::atan;
using std::ceil;
using std::cos;
using std::cosh;
using std::erf;
using std::erfc;
using std::exp;
using std::expm1;
using std::floor;
using std::log;
using std::log1p;
using std::nearbyint;
using std::pow;
using std::sin;
using std::sinh;
using std::sqrt;
using std::tan;
using std::tanh;

/// Both sides are computed: a body has no branches.
template <class S>
S select(bool condition, S yes, S no) {
  return condition ? yes : no;
}

/// NaN wins, as in torch.maximum.
template <class S>
S maximum(S a, S b) {
  return a != a ? a : b > a || b != b ? b : a;
}
template <class S>
S minimum(S a, S b) {
  return a != a ? a : b < a || b != b ? b : a;
}

}  // namespace hindsight::scalar
