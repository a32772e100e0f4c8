#include "kernels/panels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/target.hpp"
#include "panel_matrix.hpp"
#include "tolerances.hpp"

namespace hindsight::kernels {
namespace {

TEST(Panels, ProductIsThePlainSum) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    each_shape(kernels.lanes, [&](std::size_t rows, std::size_t inputs, std::size_t outputs,
                                  std::size_t a_width, std::size_t b_width) {
      const auto a = whole_numbers<T>(rows, inputs, a_width, 1),
                 b = whole_numbers<T>(inputs, outputs, b_width, 2);
      const PanelMatrix<T> out(rows, outputs, b_width);
      kernels.product({a.view, b.view, out.view, nullptr, Then::nothing, nullptr}, 0, rows);
      expect_matrix(
          out,
          [&](std::size_t r, std::size_t c) {
            return sum_of_products(inputs, [&](std::size_t k) { return double(a(r, k)) * double(b(k, c)); });
          },
          shape(rows, inputs, outputs, a_width, b_width));
    });
  });
}

TEST(Panels, ProductEndsWithBiasAndWhatFollows) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    for (const std::size_t rows : {1u, 5u, 31u})
      for (const std::size_t inputs : {3u, 700u})  // 700: in several blocks of k
        for (const std::size_t outputs : {1u, 40u}) {
          const std::size_t width = 2 * kernels.lanes;
          const auto a = whole_numbers<T>(rows, inputs, width, 1),
                     b = whole_numbers<T>(inputs, outputs, width, 2);
          const auto bias = whole_numbers<T>(outputs, 1, kernels.lanes, 3);
          Numbers<T> biases(outputs + width);
          for (std::size_t c = 0; c < outputs; ++c) biases[c] = bias(c, 0);
          const auto other = whole_numbers<T>(rows, outputs, width, 4);
          for (const Then then : {Then::nothing, Then::relu, Then::keep_positive, Then::multiply}) {
            const PanelMatrix<T> out(rows, outputs, width);
            kernels.product({a.view, b.view, out.view, biases.data(), then, other.view.data}, 0, rows);
            expect_matrix(
                out,
                [&](std::size_t r, std::size_t c) {
                  const double z =
                      sum_of_products(inputs,
                                      [&](std::size_t k) { return double(a(r, k)) * double(b(k, c)); }) +
                      double(biases[c]);
                  if (then == Then::relu) return std::max(z, 0.0);
                  if (then == Then::keep_positive) return other(r, c) > 0 ? z : 0.0;
                  return then == Then::multiply ? z * double(other(r, c)) : z;
                },
                "then " + std::to_string(static_cast<int>(then)) + ", " +
                    shape(rows, inputs, outputs, width, width));
          }
        }
  });
}

TEST(Panels, ReluOfNanIsNan) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    auto a = whole_numbers<T>(3, 2, kernels.lanes);
    a(1, 0) = std::numeric_limits<T>::quiet_NaN();
    const auto b = whole_numbers<T>(2, 3, kernels.lanes);
    const PanelMatrix<T> out(3, 3, kernels.lanes);
    kernels.product({a.view, b.view, out.view, nullptr, Then::relu, nullptr}, 0, 3);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_TRUE(std::isnan(out(1, c)) && !std::isnan(out(0, c)));
  });
}

TEST(Panels, ProductHasTheSameBitsHoweverItsRowsAndPanelsAreShared) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t rows = 257, inputs = 700, outputs = 100, width = 2 * kernels.lanes;
    const auto a = fractions<T>(rows, inputs, width, 1), b = fractions<T>(inputs, outputs, width, 2);
    const PanelMatrix<T> whole(rows, outputs, width);
    kernels.product({a.view, b.view, whole.view, nullptr, Then::nothing, nullptr}, 0, rows);
    for (const std::size_t step : {1u, 2u, 5u, 13u, 64u, 200u}) {
      const PanelMatrix<T> split(rows, outputs, width);
      for (std::size_t r = 0; r < rows; r += step)
        for (std::size_t j = 0; j < b.view.count(); ++j)
          kernels.product(
              {a.view, b.view.part(j, j + 1), split.view.part(j, j + 1), nullptr, Then::nothing, nullptr}, r,
              std::min(rows, r + step));
      EXPECT_TRUE(same_bits(whole, split)) << step << " rows at a time";
    }
  });
}

TEST(Panels, RowProductHasTheBitsOfTheProduct) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    for (const std::size_t inputs : sizes)
      for (const std::size_t outputs : sizes)
        for (const std::size_t width : {kernels.lanes, 2 * kernels.lanes}) {
          const auto a = fractions<T>(3, inputs, width, 1), b = fractions<T>(inputs, outputs, width, 2);
          Numbers<T> bias(outputs + width), x(inputs), y(outputs + width);
          for (std::size_t c = 0; c < outputs; ++c) bias[c] = b(inputs / 2, c);
          for (std::size_t k = 0; k < inputs; ++k) x[k] = a(1, k);
          const PanelMatrix<T> out(3, outputs, width);
          kernels.product({a.view, b.view, out.view, bias.data(), Then::relu, nullptr}, 0, 3);
          kernels.row_product(x.data(), b.view, bias.data(), Then::relu, y.data());
          for (std::size_t c = 0; c < outputs; ++c) ASSERT_EQ(y[c], out(1, c)) << inputs << " to " << outputs;
        }
  });
}

TEST(Panels, GradientIsThePlainSumAndIsStoredOrAdded) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    each_shape(kernels.lanes, [&](std::size_t batch, std::size_t inputs, std::size_t outputs,
                                  std::size_t a_width, std::size_t d_width) {
      const auto a = whole_numbers<T>(batch, inputs, a_width, 1),
                 d = whole_numbers<T>(batch, outputs, d_width, 2);
      const PanelMatrix<T> g(inputs, outputs, d_width);
      for (const Rule rule : {Rule::store, Rule::add})
        for (std::size_t j = 0; j < g.view.count(); ++j)
          kernels.gradient({a.view, d.view, g.view, nullptr, nullptr, {.rule = rule}}, j, 0, inputs);
      expect_matrix(
          g,
          [&](std::size_t i, std::size_t o) {
            return 2 *
                   sum_of_products(batch, [&](std::size_t r) { return double(a(r, i)) * double(d(r, o)); });
          },
          shape(inputs, batch, outputs, a_width, d_width));
    });
  });
}

TEST(Panels, SgdSubtractsTheGradientAndTheDecay) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t batch = 33, inputs = 31, outputs = 20, width = kernels.lanes;
    const auto a = whole_numbers<T>(batch, inputs, width, 1), d = whole_numbers<T>(batch, outputs, width, 2);
    const auto w = whole_numbers<T>(inputs, outputs, width, 3);
    const PanelMatrix<T> old = w;
    const Update sgd = {.rule = Rule::sgd, .step = 0.25, .decay = 0.5, .keep = 2};  // powers of 2: exact
    for (std::size_t j = 0; j < w.view.count(); ++j)
      kernels.gradient({a.view, d.view, w.view, nullptr, nullptr, sgd}, j, 0, inputs);
    expect_matrix(
        w,
        [&](std::size_t i, std::size_t o) {
          const double g =
              sum_of_products(batch, [&](std::size_t r) { return double(a(r, i)) * double(d(r, o)); });
          return 2 * double(old(i, o)) - 0.25 * (g + 0.5 * double(old(i, o)));
        },
        "sgd");
  });
}

/// The numbers that one step of Adam sees.
template <class T>
struct State {
  std::size_t count;
  Numbers<T> g, w, m, v;
  explicit State(std::size_t n) : count(n), g(n), w(n), m(n), v(n) {}
};

/// Gradients over twelve powers of ten; m has g's sign, so that nothing cancels.
template <class T>
State<T> adam_state(std::size_t n, bool weights) {
  State<T> state(n);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::size_t i = 0; i < n; ++i) {
    const double sign = uniform(random) < 0.5 ? -1 : 1, size = std::pow(10, 12 * uniform(random) - 8);
    state.g[i] = static_cast<T>(sign * size);
    state.m[i] = static_cast<T>(sign * size * uniform(random));
    state.v[i] = static_cast<T>(size * size * uniform(random));
    state.w[i] = weights ? static_cast<T>(2 * uniform(random) - 1) : T(0);
  }
  return state;
}

// https://pytorch.org/docs/stable/generated/torch.optim.Adam.html: lr 0.01, the defaults else.
Update adam_at(int t) {
  return {.rule = Rule::adam,
          .step = 0.01 / (1 - std::pow(0.9, t)),
          .root_scale = 1 / std::sqrt(1 - std::pow(0.999, t))};
}

TEST(Panels, AdamChangesWeightsByPytorchsFormula) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const double tolerance = sizeof(T) == 4 ? tolerance::adam_update : tolerance::float64_rounding;
    for (const int t : {1, 10, 10000}) {
      State<T> s = adam_state<T>(1001, false), old = s;
      const Update adam = adam_at(t);
      kernels.update(adam, s.g.data(), s.w.data(), s.m.data(), s.v.data(), s.count);
      for (std::size_t i = 0; i < s.count; ++i) {
        const double g = double(old.g[i]), m = 0.9 * double(old.m[i]) + 0.1 * g,
                     v = 0.999 * double(old.v[i]) + 0.001 * g * g;
        const double w = -adam.step * m / (std::sqrt(v) * adam.root_scale + 1e-8);
        ASSERT_NEAR(double(s.m[i]), m, tolerance * std::abs(m)) << i;
        ASSERT_NEAR(double(s.v[i]), v, tolerance * v) << i;
        ASSERT_NEAR(double(s.w[i]), w, tolerance * std::abs(w)) << i << " at step " << t;
      }
    }
  });
}

TEST(Panels, AdamDecaysWeightsThroughTheGradientOrBesideIt) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const double tolerance = sizeof(T) == 4 ? tolerance::adam_update : tolerance::float64_rounding;
    for (const bool beside : {false, true}) {
      State<T> s = adam_state<T>(100, true), old = s;
      Update adam = adam_at(3);
      (beside ? adam.keep : adam.decay) = beside ? 1 - 0.01 * 0.1 : 0.1;
      kernels.update(adam, s.g.data(), s.w.data(), s.m.data(), s.v.data(), s.count);
      for (std::size_t i = 0; i < s.count; ++i) {
        const double w = double(old.w[i]), g = double(old.g[i]) + adam.decay * w;
        const double m = 0.9 * double(old.m[i]) + 0.1 * g, v = 0.999 * double(old.v[i]) + 0.001 * g * g;
        ASSERT_NEAR(double(s.w[i]), adam.keep * w - adam.step * m / (std::sqrt(v) * adam.root_scale + 1e-8),
                    tolerance);
      }
    }
  });
}

TEST(Panels, AdamLeavesWeightsThatNeverSawAGradient) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    T g[3] = {0, 0, 0}, w[3] = {1, 2, 3}, m[3] = {0, 0, 0}, v[3] = {0, 0, 0};
    kernels.update(adam_at(1), g, w, m, v, 3);
    EXPECT_EQ(w[0], T(1));
    EXPECT_EQ(w[1], T(2));
    EXPECT_EQ(w[2], T(3));
  });
}

TEST(Panels, UpdatesInTheGradientHaveTheBitsOfTheLoopHoweverRowsAreShared) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t batch = 64, inputs = 77, outputs = 50, width = 2 * kernels.lanes;
    const auto a = fractions<T>(batch, inputs, width, 1), d = fractions<T>(batch, outputs, width, 2);
    for (Update how : {Update{.rule = Rule::sgd, .step = 0.1, .decay = 0.01}, adam_at(2)}) {
      const auto w = fractions<T>(inputs, outputs, width, 3), m = fractions<T>(inputs, outputs, width, 4),
                 v = filled<T>(inputs, outputs, width,
                               [](std::size_t r, std::size_t) { return double(r) / 100; });
      const PanelMatrix<T> g(inputs, outputs, width), w2 = w, m2 = m, v2 = v;
      for (std::size_t j = 0; j < w.view.count(); ++j) {
        kernels.gradient({a.view, d.view, g.view, nullptr, nullptr, {}}, j, 0, inputs);
        for (std::size_t i = 0; i < inputs; i += 32)
          kernels.gradient({a.view, d.view, w.view, m.view.data, v.view.data, how}, j, i,
                           std::min(inputs, i + 32));
      }
      for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t o = 0; o < outputs; ++o)
          kernels.update(how, &g(i, o), &w2(i, o), &m2(i, o), &v2(i, o), 1);
      EXPECT_TRUE(same_bits(w, w2) && same_bits(m, m2) && same_bits(v, v2));
    }
  });
}

TEST(Panels, ColumnSumsAreThePlainSums) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    for (const std::size_t rows : sizes)
      for (const std::size_t columns : sizes)
        for (const std::size_t width : {kernels.lanes, 2 * kernels.lanes}) {
          const auto d = whole_numbers<T>(rows, columns, width);
          Numbers<T> sums(columns + width);
          kernels.column_sums(d.view, sums.data());
          for (std::size_t c = 0; c < columns; ++c)
            ASSERT_EQ(double(sums[c]), sum_of_products(rows, [&](std::size_t r) { return double(d(r, c)); }));
        }
  });
}

TEST(Panels, TransposeTurnsRowsOfOnePanel) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    each_shape(kernels.lanes, [&](std::size_t, std::size_t rows, std::size_t columns, std::size_t width,
                                  std::size_t turned_width) {
      const auto w = fractions<T>(rows, columns, width);
      const PanelMatrix<T> turned(columns, rows, turned_width);
      for (std::size_t j = 0; j < w.view.count(); ++j)
        for (std::size_t i = 0; i < rows; i += 32)
          kernels.transpose(w.view, turned.view, j, i, std::min(rows, i + 32));
      expect_matrix(
          turned, [&](std::size_t c, std::size_t r) { return double(w(r, c)); }, "transposed");
    });
  });
}

TEST(Panels, PackingAndUnpackingFollowTheSteps) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    each_shape(kernels.lanes, [&](std::size_t, std::size_t rows, std::size_t columns, std::size_t width,
                                  std::size_t) {
      std::vector<T> plain((rows + 3) * (columns + 3)), back(plain.size());
      for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<T>(i);
      for (const bool turned : {false, true}) {
        const auto row_step = static_cast<std::ptrdiff_t>(turned ? 1 : columns + 3),
                   column_step = static_cast<std::ptrdiff_t>(turned ? rows + 3 : 1);
        const auto place = [&](std::size_t r, std::size_t c) {
          return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(r) * row_step +
                                          static_cast<std::ptrdiff_t>(c) * column_step);
        };
        const PanelMatrix<T> matrix(rows, columns, width);
        kernels.pack(plain.data(), row_step, column_step, matrix.view, 0, rows / 2);
        kernels.pack(plain.data(), row_step, column_step, matrix.view, rows / 2, rows);
        expect_matrix(
            matrix, [&](std::size_t r, std::size_t c) { return double(plain[place(r, c)]); }, "packed");
        std::fill(back.begin(), back.end(), T(-1));
        kernels.unpack(matrix.view, back.data(), row_step, column_step, 0, rows);
        std::size_t untouched = 0;
        for (const T value : back) untouched += value == T(-1);
        EXPECT_EQ(untouched, back.size() - rows * columns);
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t c = 0; c < columns; ++c) ASSERT_EQ(back[place(r, c)], plain[place(r, c)]);
      }
    });
  });
}

}  // namespace
}  // namespace hindsight::kernels
