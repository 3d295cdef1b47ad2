"""The one grouped query that computes what the ready counts of a requirement hold.

By path and day: changes of people, held, due soon, lapsed, begun, teams, teams that count. It
leaves out what only a rule can say (several versions, exemptions, who serves twice in a commune),
so it is a lower bound of what a full count must do.
"""

from __future__ import annotations

EVER = "'9999-12-31'"
QUERY = """
WITH stay AS (
  SELECT ts.team_id, us.path, {most}(ts.valid_from, us.valid_from, {since}) AS s,
    {least}(coalesce(ts.valid_to, {ever}), coalesce(us.valid_to, {ever})) AS e
  FROM team_span ts JOIN unit_span us ON us.unit_id = ts.unit_id
), service AS (
  SELECT stay.team_id, stay.path, coalesce(p.canonical_id, p.id) AS human,
    {most}(m.valid_from, stay.s) AS s, {least}(coalesce(m.valid_to, {ever}), stay.e) AS e
  FROM stay JOIN membership m ON m.team_id = stay.team_id JOIN person p ON p.id = m.person_id
  WHERE {most}(m.valid_from, stay.s) < {least}(coalesce(m.valid_to, {ever}), stay.e)
), presence AS (
  SELECT path, human, min(s) AS s, max(e) AS e FROM service GROUP BY path, human
), held AS (
  SELECT person_id AS human, held_from AS f, coalesce(held_until, {ever}) AS t,
    coalesce(lead(held_from) OVER (PARTITION BY person_id ORDER BY held_from), {ever}) AS nxt
  FROM holding WHERE requirement_id = {requirement}
), first_held AS (
  SELECT human, min(f) AS f FROM held GROUP BY human
), begun AS (
  SELECT coalesce(p.canonical_id, p.id) AS human, min(fact.happened_on) AS b
  FROM fact JOIN person p ON p.id = fact.person_id
  WHERE fact.module_id IN ({modules})
    AND NOT EXISTS (SELECT 1 FROM fact_withdrawal w WHERE w.fact_id = fact.id)
  GROUP BY coalesce(p.canonical_id, p.id)
), line AS (
  SELECT human, 1 AS measure, f, t FROM held
  UNION ALL SELECT human, 2, {opens}, t FROM held WHERE t < {ever} AND t <> nxt
  UNION ALL SELECT human, 3, t, nxt FROM held WHERE t < nxt
  UNION ALL SELECT begun.human, 4, begun.b, coalesce(first_held.f, {ever})
    FROM begun LEFT JOIN first_held ON first_held.human = begun.human
    WHERE begun.b < coalesce(first_held.f, {ever})
), stretch AS (
  SELECT path, 0 AS measure, s, e FROM presence
  UNION ALL SELECT presence.path, line.measure, {most}(presence.s, line.f),
    {least}(presence.e, line.t)
    FROM presence JOIN line ON line.human = presence.human
    WHERE {most}(presence.s, line.f) < {least}(presence.e, line.t)
  UNION ALL SELECT path, 5, s, e FROM stay WHERE s < e
), trained AS (
  SELECT service.team_id, service.path, service.human, {most}(service.s, held.f) AS s,
    {least}(service.e, held.t) AS e
  FROM service JOIN held ON held.human = service.human
  WHERE {most}(service.s, held.f) < {least}(service.e, held.t)
), led AS (
  SELECT trained.team_id, trained.path, {most}(trained.s, l.valid_from) AS s,
    {least}(trained.e, coalesce(l.valid_to, {ever})) AS e
  FROM trained JOIN leadership l ON l.team_id = trained.team_id AND l.person_id = trained.human
  WHERE {most}(trained.s, l.valid_from) < {least}(trained.e, coalesce(l.valid_to, {ever}))
), moved AS (
  SELECT team_id, path, s AS day, 1 AS m, 0 AS h, 0 AS l FROM service
  UNION ALL SELECT team_id, path, e, -1, 0, 0 FROM service
  UNION ALL SELECT team_id, path, s, 0, 1, 0 FROM trained
  UNION ALL SELECT team_id, path, e, 0, -1, 0 FROM trained
  UNION ALL SELECT team_id, path, s, 0, 0, 1 FROM led
  UNION ALL SELECT team_id, path, e, 0, 0, -1 FROM led
), team_day AS (
  SELECT team_id, path, day, sum(sum(m)) OVER w AS m, sum(sum(h)) OVER w AS h,
    sum(sum(l)) OVER w AS l
  FROM moved GROUP BY team_id, path, day WINDOW w AS (PARTITION BY team_id, path ORDER BY day)
), counts AS (
  SELECT team_id, path, day,
    CASE WHEN m > 0 AND h * 3 >= m * 2 AND l > 0 THEN 1 ELSE 0 END AS c
  FROM team_day
), flip AS (
  SELECT path, day,
    c - lag(c, 1, 0) OVER (PARTITION BY team_id, path ORDER BY day) AS c
  FROM counts
), change AS (
  SELECT path, s AS day, measure, 1 AS n FROM stretch
  UNION ALL SELECT path, e, measure, -1 FROM stretch WHERE e < {ever}
  UNION ALL SELECT path, day, 6, c FROM flip WHERE c <> 0
)
SELECT path, day, {sums} FROM change GROUP BY path, day
"""
MEASURES = 7


def grouped(*, postgresql: bool, requirement: int, since: str, modules: str, months: int) -> str:
    """The query for one requirement in the words of an engine."""
    day = "DATE " if postgresql else ""
    opens = (
        f"(t - interval '{months} months')::date" if postgresql else f"date(t, '-{months} months')"
    )
    return QUERY.format(
        most="greatest" if postgresql else "max",
        least="least" if postgresql else "min",
        since=f"{day}'{since}'",
        ever=f"{day}{EVER}",
        requirement=requirement,
        modules=modules,
        opens=opens,
        sums=", ".join(
            f"sum(CASE WHEN measure = {one} THEN n ELSE 0 END)" for one in range(MEASURES)
        ),
    )
