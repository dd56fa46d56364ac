//! Lines over values, as an SVG.

use std::error::Error;

use plotters::prelude::*;

use super::colours::{LINES, Rgb};

const SIZE: (u32, u32) = (1200, 800);

/// What a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What stands above.
    pub title: String,
    /// What runs to the right.
    pub x: String,
    /// What runs upwards.
    pub y: String,
    /// The values of x: at their place when all are numbers, else side by side.
    pub values: Vec<String>,
    /// The lines, with their names: for each value how high it is there, if that is known.
    pub lines: Vec<(String, Vec<Option<f64>>)>,
}

/// Draws `chart` as a stand-alone SVG; nothing when there is nothing to be seen.
#[must_use]
pub fn chart(chart: &Chart) -> Option<String> {
    let mut out = String::new();
    let drawn = draw(
        chart,
        SVGBackend::with_string(&mut out, SIZE).into_drawing_area(),
    );
    drawn.is_ok().then_some(out)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(chart: &Chart, area: Area<'_>) -> Result<(), Box<dyn Error>> {
    let numbers: Option<Vec<f64>> = chart
        .values
        .iter()
        .map(|value| value.parse().ok())
        .collect();
    let is_number = numbers.is_some();
    let xs = numbers.unwrap_or_else(|| (0_u32..).map(f64::from).take(chart.values.len()).collect());
    let ys = || chart.lines.iter().flat_map(|(_, ys)| ys).flatten().copied();
    let left = xs.iter().copied().fold(f64::INFINITY, f64::min);
    let right = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let highest = ys().fold(0.0, f64::max);
    let margin = if right > left {
        (right - left) * 0.03
    } else {
        0.5
    };
    area.fill(&WHITE)?;
    let top = if highest > 0.0 { highest * 1.05 } else { 1.0 };
    let mut context = ChartBuilder::on(&area)
        .caption(&chart.title, ("sans-serif", 34))
        .margin(24)
        .x_label_area_size(70)
        .y_label_area_size(110)
        .build_cartesian_2d(left - margin..right + margin, 0.0..top)?;
    let label = |x: &f64| match xs.iter().position(|known| (known - x).abs() < 1e-6) {
        Some(index) if !is_number => chart.values[index].clone(),
        _ if !is_number => String::new(),
        _ => format!("{}", (x * 1e6).round() / 1e6),
    };
    // Between whole numbers there is nothing to be read.
    let are_whole = xs.iter().all(|x| x.fract() == 0.0);
    let labels = match is_number {
        true if are_whole && right - left < 10.0 => xs.len().max(2),
        true => 10,
        false => xs.len().max(2),
    };
    context
        .configure_mesh()
        .x_desc(&chart.x)
        .y_desc(&chart.y)
        .x_labels(labels)
        .x_label_formatter(&label)
        .y_label_formatter(&|y| format!("{}", (y * 1e6).round() / 1e6))
        .axis_desc_style(("sans-serif", 26))
        .label_style(("sans-serif", 22))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (index, (name, ys)) in chart.lines.iter().enumerate() {
        let Rgb(red, green, blue) = LINES[index % LINES.len()];
        let colour = RGBColor(red, green, blue);
        let mut points: Vec<(f64, f64)> = xs
            .iter()
            .copied()
            .zip(ys)
            .filter_map(|(x, y)| Some((x, (*y)?)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Those drawn first are broader, so that lines that lie on each other are both seen.
        let above = u32::try_from(chart.lines.len() - 1 - index).unwrap_or(u32::MAX);
        let style = colour.stroke_width(4 + 4 * above.min(3));
        let line = context.draw_series(LineSeries::new(points.clone(), style))?;
        if chart.lines.len() > 1 {
            line.label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 30, y)], style));
        }
        // Marks tell lines apart where colours do not.
        for point in points {
            let mark = context.plotting_area();
            match index % 3 {
                0 => mark.draw(&Circle::new(point, 7, colour.filled()))?,
                1 => mark.draw(&TriangleMarker::new(point, 9, colour.filled()))?,
                _ => mark.draw(&Cross::new(point, 7, style))?,
            }
        }
    }
    if chart.lines.len() > 1 {
        context
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .legend_area_size(40)
            .margin(16)
            .label_font(("sans-serif", 24))
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .draw()?;
    }
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(values: &[&str], lines: Vec<(String, Vec<Option<f64>>)>) -> Vec<String> {
        let drawn = chart(&Chart {
            title: "<b> & \"co\"".to_owned(),
            x: "ttl".to_owned(),
            y: "QUERYs".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            lines,
        });
        let drawn = drawn.unwrap();
        let document = roxmltree::Document::parse(&drawn).unwrap();
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name("text"));
        let texts = texts.filter_map(|text| text.text());
        texts.map(|text| text.trim().to_owned()).collect()
    }

    #[test]
    fn it_is_xml_with_names_and_values() {
        let line = |name: &str| (name.to_owned(), vec![Some(1.0), None, Some(8.0)]);
        let texts = words(&["1", "2", "3"], vec![line("first"), line("best")]);
        for text in ["<b> & \"co\"", "ttl", "QUERYs", "first", "best"] {
            assert!(texts.iter().any(|t| t == text), "no {text} in {texts:?}");
        }
        let texts = words(&["literal", "first", "best"], vec![line("one")]);
        assert!(texts.iter().any(|text| text == "literal"), "{texts:?}");
    }

    #[test]
    fn one_value_and_no_value_are_drawn_too() {
        words(&["1"], vec![("one".to_owned(), vec![Some(0.0)])]);
        words(&["1"], vec![("none".to_owned(), vec![None])]);
    }
}
