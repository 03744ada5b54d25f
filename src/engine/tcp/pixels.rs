//! What a graph shows of a million points: the few of each pixel that make the picture.
use crate::engine::sort;
use crate::engine::store::packets::PacketId;

/// A point, or a bar from `low` to `value`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub time: i64,
    pub value: f64,
    pub low: f64,
    pub packet: PacketId,
    /// How many packets it stands for.
    pub count: u32,
}

/// Where pixels are.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    from: i64,
    to: i64,
    columns: usize,
    scale: f64,
}

impl Axis {
    pub fn new((from, to): (i64, i64), columns: usize) -> Self {
        let columns = columns.max(1);
        let to = to.max(from.saturating_add(1));
        Self { from, to, columns, scale: columns as f64 / to.saturating_sub(from) as f64 }
    }

    /// The column of a time inside.
    pub fn column(&self, time: i64) -> Option<usize> {
        let inside = (self.from..=self.to).contains(&time);
        inside.then(|| ((time.saturating_sub(self.from) as f64 * self.scale) as usize).min(self.columns - 1))
    }
}

/// A line: of each column the first, lowest, highest and last point; and where it comes from and goes to outside.
#[derive(Debug)]
pub struct Line {
    axis: Axis,
    columns: Vec<Option<[Point; 4]>>,
    before: Option<Point>,
    after: Option<Point>,
}

impl Line {
    pub fn new(axis: Axis) -> Self {
        Self { axis, columns: vec![None; axis.columns], before: None, after: None }
    }

    #[inline]
    pub fn push(&mut self, time: i64, value: f64, low: f64, packet: PacketId) {
        let point = Point { time, value, low, packet, count: 1 };
        let Some(column) = self.axis.column(time) else {
            if time < self.axis.from {
                self.before = Some(point);
            } else {
                self.after.get_or_insert(point);
            }
            return;
        };
        match self.columns.get_mut(column) {
            Some(Some([_, lowest, highest, last])) => {
                if value < lowest.value {
                    *lowest = point;
                }
                if value > highest.value {
                    *highest = point;
                }
                *last = point;
            }
            Some(empty) => *empty = Some([point; 4]),
            None => {}
        }
    }

    /// The points in the order of time. `through`: with those outside, so that the line reaches the edges.
    pub fn finish(self, through: bool) -> Vec<Point> {
        let mut points: Vec<Point> = self.before.filter(|_| through).into_iter().collect();
        for mut column in self.columns.into_iter().flatten() {
            // Packets rather than times: of several at one time the last counts.
            sort::by_key(&mut column, |point| (point.time, point.packet));
            for point in column {
                if points.last() != Some(&point) {
                    points.push(point);
                }
            }
        }
        points.extend(self.after.filter(|_| through));
        points
    }
}

/// Bars a column at most.
const MOST_BARS: u8 = 4;

/// Bars: those that touch in a column become one.
#[derive(Debug)]
pub struct Bars {
    axis: Axis,
    bars: Vec<Point>,
    /// By column: how many, and the latest.
    columns: Vec<(u8, u32)>,
}

impl Bars {
    pub fn new(axis: Axis) -> Self {
        Self { axis, bars: Vec::new(), columns: vec![(0, 0); axis.columns] }
    }

    #[inline]
    pub fn push(&mut self, time: i64, low: f64, high: f64, packet: PacketId) {
        let Some(column) = self.axis.column(time) else { return };
        let Some((count, latest)) = self.columns.get_mut(column) else { return };
        if *count > 0
            && let Some(bar) = self.bars.get_mut(*latest as usize)
            && (*count >= MOST_BARS || low <= bar.value && high >= bar.low)
        {
            (bar.low, bar.value) = (bar.low.min(low), bar.value.max(high));
            bar.count = bar.count.saturating_add(1);
            return;
        }
        (*count, *latest) = (count.saturating_add(1), self.bars.len() as u32);
        self.bars.push(Point { time, value: high, low, packet, count: 1 });
    }

    pub fn finish(mut self) -> Vec<Point> {
        sort::by_key(&mut self.bars, |bar| (bar.time, bar.packet));
        self.bars
    }
}

/// Marks of a kind beyond which only the first of a column is kept.
const MOST_MARKS: usize = 2000;

/// Marked segments: each of them as long as there are not too many.
#[derive(Debug)]
pub struct Marked {
    axis: Axis,
    has: Vec<bool>,
    first: Vec<Point>,
    more: Vec<Point>,
    left_out: u32,
}

impl Marked {
    pub fn new(axis: Axis) -> Self {
        Self { axis, has: vec![false; axis.columns], first: Vec::new(), more: Vec::new(), left_out: 0 }
    }

    pub fn push(&mut self, time: i64, low: f64, value: f64, packet: PacketId) {
        let Some(column) = self.axis.column(time) else { return };
        let point = Point { time, value, low, packet, count: 1 };
        match self.has.get_mut(column) {
            Some(has) if !*has => {
                *has = true;
                self.first.push(point);
            }
            _ if self.more.len() < MOST_MARKS => self.more.push(point),
            _ => self.left_out = self.left_out.saturating_add(1),
        }
    }

    /// The marks, and how many are left out.
    pub fn finish(mut self) -> (Vec<Point>, u32) {
        if self.left_out > 0 {
            return (self.first, self.left_out.saturating_add(self.more.len() as u32));
        }
        self.first.extend(self.more);
        sort::by_key(&mut self.first, |point| (point.time, point.packet));
        (self.first, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_keeps_what_makes_the_picture() {
        let mut line = Line::new(Axis::new((0, 100), 2));
        for (time, value) in
            [(-5, 1.0), (-3, 2.0), (0, 5.0), (10, 9.0), (20, 7.0), (30, 1.0), (40, 6.0), (90, 3.0), (101, 4.0)]
        {
            line.push(time, value, value, time as u32);
        }
        let values = |points: Vec<Point>| points.iter().map(|point| point.value).collect::<Vec<_>>();
        assert_eq!(values(line.finish(true)), [2.0, 5.0, 9.0, 1.0, 6.0, 3.0, 4.0]);
    }

    #[test]
    fn however_many_points_there_are_a_pixel_has_few() {
        let axis = Axis::new((0, 1_000_000), 10);
        let (mut line, mut bars, mut marked) = (Line::new(axis), Bars::new(axis), Marked::new(axis));
        // Backwards in time as well.
        for n in (0..100_000_i64).chain((0..100_000).rev()) {
            let value = (n * 7919 % 1000) as f64;
            line.push(n * 10, value, value, n as u32);
            bars.push(n * 10, value, value + 0.5, n as u32);
            marked.push(n * 10, value, value, n as u32);
        }
        assert!(line.finish(false).len() <= 40);
        assert!(bars.finish().len() <= 40);
        assert_eq!(marked.finish(), (marked_columns(axis), 199_990));
    }

    fn marked_columns(axis: Axis) -> Vec<Point> {
        let mut marked = Marked::new(axis);
        (0..100_000_i64)
            .for_each(|n| marked.push(n * 10, (n * 7919 % 1000) as f64, (n * 7919 % 1000) as f64, n as u32));
        marked.first
    }

    #[test]
    fn bars_that_touch_become_one_and_holes_stay() {
        let mut bars = Bars::new(Axis::new((0, 10), 1));
        for (low, high) in [(0.0, 10.0), (10.0, 20.0), (30.0, 40.0)] {
            bars.push(5, low, high, 1);
        }
        let bars = bars.finish();
        assert_eq!(
            bars.iter().map(|bar| (bar.low, bar.value, bar.count)).collect::<Vec<_>>(),
            [(0.0, 20.0, 2), (30.0, 40.0, 1)]
        );
    }

    #[test]
    fn few_marks_are_all_kept() {
        let mut marked = Marked::new(Axis::new((0, 10), 1));
        (0..100).for_each(|n| marked.push(5, 0.0, f64::from(n), n));
        let (points, left_out) = marked.finish();
        assert_eq!((points.len(), left_out), (100, 0));
    }
}
