// A gradient check as a picture: a map for each parameter, a cell for each element.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.hpp"
#include "base/xml.hpp"
#include "readers/check/gradcheck_report.hpp"

namespace hindsight {
namespace {

constexpr std::int64_t most_cells = 64;  // along an axis; beyond, a cell is a block
constexpr int cell = 11, margin = 16, title_height = 22, legend_height = 44, least_width = 560;

/// Equal ones by how many digits agree: from pale (as few as pass) to dark green (twelve).
std::string color(const GradcheckEntry& entry) {
  switch (entry.verdict) {
    case Verdict::kink:
      return "#9aa5b1";
    case Verdict::not_measurable:
      return "#e3c878";
    case Verdict::saturated:
      return "#cbb7e0";
    case Verdict::not_finite:
      return "#1f2933";
    case Verdict::wrong:
      return "#d64545";
    case Verdict::equal:
      break;
  }
  const double digits = std::clamp(-std::log10(std::max(entry.error(), 1e-16)), 8.0, 12.0);
  const double dark = (digits - 8) / 4;
  const auto mix = [dark](int pale, int deep) {
    return static_cast<int>(std::lround(pale + dark * (deep - pale)));
  };
  return formatted("#{:02x}{:02x}{:02x}", mix(0xd3, 0x0c), mix(0xf0, 0x7a), mix(0xd0, 0x43));
}

/// One parameter as rows and columns of cells; nullptr where nothing was compared.
struct Map {
  std::int64_t rows, columns;
  std::vector<const GradcheckEntry*> cells;

  explicit Map(const CheckedInput& input) {
    const Shape& shape = input[0]->shape;
    const std::int64_t height = shape.size() > 1 ? shape[0] : 1, width = shape.elements() / height;
    rows = std::min(height, most_cells), columns = std::min(width, most_cells);
    cells.resize(static_cast<std::size_t>(rows * columns));
    for (const GradcheckEntry* entry : input) {
      const std::int64_t row = entry->element / width * rows / height;
      const std::int64_t column = entry->element % width * columns / width;
      const GradcheckEntry*& at = cells[static_cast<std::size_t>(row * columns + column)];
      if (!at || is_worse(*entry, *at)) at = entry;
    }
  }
};

class Picture {
 public:
  void add(const CheckedInput& input) {
    const Map map(input);
    text(margin, y_ + 14, formatted("{} {}", input[0]->name, input[0]->shape.str()));
    y_ += title_height;
    for (std::int64_t k = 0; k < map.rows * map.columns; ++k) {
      const GradcheckEntry* entry = map.cells[static_cast<std::size_t>(k)];
      const auto x = margin + static_cast<int>(k % map.columns) * cell;
      const auto y = y_ + static_cast<int>(k / map.columns) * cell;
      body_ += formatted(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}">)", x, y, cell - 1, cell - 1,
                         entry ? color(*entry) : "#eef1f4");
      if (entry) body_ += formatted("<title>{}</title>", xml_escaped(described(*entry)));
      body_ += "</rect>\n";
    }
    y_ += static_cast<int>(map.rows) * cell + margin;
    width_ = std::max(width_, static_cast<int>(map.columns) * cell + 2 * margin);
  }

  std::string str(const std::string& title) {
    legend();
    return formatted(
               R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" )"
               R"(font-family="sans-serif" font-size="12">)",
               width_, y_ + legend_height) +
           formatted("\n<title>{}</title>\n", xml_escaped(title)) +
           formatted(R"(<rect width="{}" height="{}" fill="#ffffff"/>)", width_, y_ + legend_height) + '\n' +
           formatted(R"(<text x="{}" y="24" font-size="15" font-weight="bold">{}</text>)", margin,
                     xml_escaped(title)) +
           '\n' + body_ + "</svg>\n";
  }

 private:
  void text(int x, int y, const std::string& words) {
    body_ += formatted(R"(<text x="{}" y="{}">{}</text>)", x, y, xml_escaped(words)) + '\n';
  }
  void legend() {
    struct Key {
      Verdict verdict;
      double error;
      const char* words;
    };
    constexpr std::array keys{Key{Verdict::equal, 1e-12, "12 digits"},
                              Key{Verdict::equal, 1e-8, "8 digits"},
                              Key{Verdict::kink, 0, "kink"},
                              Key{Verdict::saturated, 0, "saturated"},
                              Key{Verdict::not_measurable, 0, "too large"},
                              Key{Verdict::not_finite, 0, "not finite"},
                              Key{Verdict::wrong, 0, "wrong"}};
    int x = margin;
    for (const Key& key : keys) {
      GradcheckEntry sample{};
      sample.verdict = key.verdict, sample.backprop = key.error;
      body_ +=
          formatted(R"(<rect x="{}" y="{}" width="10" height="10" fill="{}"/>)", x, y_ + 12, color(sample));
      text(x + 15, y_ + 21, key.words);
      x += 88;
    }
  }

  std::string body_;
  int y_ = 40, width_ = least_width;
};

}  // namespace

std::string to_svg(const Gradcheck& check) {
  Picture picture;
  for (const CheckedInput& input : by_input(check)) picture.add(input);
  return picture.str(check.failures() == 0
                         ? formatted("Gradient check: {} of {} derivatives equal, none wrong",
                                     check.count(Verdict::equal), check.entries.size())
                         : formatted("Gradient check: {} of {} derivatives wrong or not finite",
                                     check.failures(), check.entries.size()));
}

}  // namespace hindsight
