#pragma once
#include <hindsight/figure.hpp>

/// Lengths in points and colours, matplotlib's defaults (its rcParams are named beside them).
namespace hindsight::figure::style {

constexpr double text_size = 10;          // font.size
constexpr double title_size = 12;         // axes.titlesize
constexpr double line_spacing = 1.2;      // of a line's height
constexpr double page_margin = 10.8;      // tight_layout: 1.08 font sizes, also between axes
constexpr double spine_width = 0.8;       // axes.linewidth
constexpr double tick_length = 3.5;       // xtick.major.size
constexpr double tick_width = 0.8;        // xtick.major.width
constexpr double minor_tick_length = 2;   // xtick.minor.size
constexpr double minor_tick_width = 0.6;  // xtick.minor.width
constexpr double tick_label_gap = 3.5;    // xtick.major.pad
constexpr double tick_room = tick_length + tick_label_gap;  // from the axis to its labels
constexpr double label_gap = 4;                             // axes.labelpad
constexpr double title_gap = 6;                             // axes.titlepad
constexpr double multiplier_gap = 3;  // between an axis and the power of ten common to its labels
constexpr double grid_width = 0.8;    // grid.linewidth
constexpr Color grid_color{.red = 0.69, .green = 0.69, .blue = 0.69, .alpha = 0.4};
constexpr Color black{};
constexpr Color white{.red = 1, .green = 1, .blue = 1};

constexpr double color_bar_gap = 12;
constexpr double color_bar_aspect = 20;  // height / width

constexpr double legend_padding = 4;        // legend.borderpad, in font sizes there
constexpr double legend_row_gap = 5;        // legend.labelspacing
constexpr double legend_handle_width = 20;  // legend.handlelength
constexpr double legend_text_gap = 8;       // legend.handletextpad
constexpr double legend_axes_gap = 5;       // legend.borderaxespad
constexpr double legend_rounding = 2;       // legend.fancybox
constexpr Color legend_fill{.red = 1, .green = 1, .blue = 1, .alpha = 0.8};
constexpr Color legend_edge{.red = 0.8, .green = 0.8, .blue = 0.8, .alpha = 0.8};

// Below a tenth of a pixel: lines lose vertices that nobody can see.
constexpr double vertex_tolerance = 0.05;

}  // namespace hindsight::figure::style
