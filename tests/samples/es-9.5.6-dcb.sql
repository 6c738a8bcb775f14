--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: dcb_event_tt; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.dcb_event_tt AS (
	type text,
	data bytea,
	tags text[]
);


--
-- Name: dcb_query_item_tt; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.dcb_query_item_tt AS (
	types text[],
	tags text[]
);


--
-- Name: dcb_conditional_append_tt(public.dcb_query_item_tt[], bigint, public.dcb_event_tt[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.dcb_conditional_append_tt(query_items public.dcb_query_item_tt[], after_id bigint, new_events public.dcb_event_tt[]) RETURNS SETOF bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    conflict_exists boolean;
BEGIN
    -- Step 0: Lock table in exclusive mode (reads can still read)
    SET LOCAL lock_timeout = '0s';
    LOCK TABLE "public"."school_events_tt_main" IN EXCLUSIVE MODE;

    -- Step 1: Check for conflicts
    WITH query_items_cte AS (
        SELECT * FROM unnest(query_items) WITH ORDINALITY
    ),
    initial_matches AS (
        SELECT
            t.main_id,
            qi.ordinality,
            t.tag,
            qi.tags AS required_tags,
            qi.types AS allowed_types
        FROM query_items_cte qi
        JOIN "public"."school_events_tt_tag" t
          ON t.tag = ANY(qi.tags)
        WHERE t.main_id > COALESCE(after_id, 0)
    ),
    matched_groups AS (
        SELECT
            main_id,
            ordinality,
            COUNT(DISTINCT tag) AS matched_tag_count,
            array_length(required_tags, 1) AS required_tag_count,
            allowed_types
        FROM initial_matches
        GROUP BY main_id, ordinality, required_tag_count, allowed_types
    ),
    qualified_ids AS (
        SELECT main_id, allowed_types
        FROM matched_groups
        WHERE matched_tag_count = required_tag_count
    ),
    filtered_ids AS (
        SELECT m.id
        FROM "public"."school_events_tt_main" m
        JOIN qualified_ids q ON q.main_id = m.id
        WHERE
            m.id > COALESCE(after_id, 0)
            AND (
                array_length(q.allowed_types, 1) IS NULL
                OR array_length(q.allowed_types, 1) = 0
                OR m.type = ANY(q.allowed_types)
            )
        LIMIT 1
    )
    SELECT EXISTS (SELECT 1 FROM filtered_ids)
    INTO conflict_exists;

    -- Step 2: Insert if no conflicts
    IF NOT conflict_exists THEN
        RETURN QUERY
        WITH new_data AS (
            SELECT * FROM unnest(new_events)
        ),
        inserted AS (
            INSERT INTO "public"."school_events_tt_main" (type, data, tags)
            SELECT type, data, tags
            FROM new_data
            RETURNING id, tags
        ),
        expanded_tags AS (
            SELECT ins.id AS main_id, tag
            FROM inserted ins,
                 unnest(ins.tags) AS tag
        ),
        tag_insert AS (
            INSERT INTO "public"."school_events_tt_tag" (tag, main_id)
            SELECT tag, main_id
            FROM expanded_tags
        )
        SELECT MAX(id) FROM inserted;
        NOTIFY "school_events_tt_main";

    END IF;

    -- If conflict exists, return empty result
    RETURN;
END
$$;


--
-- Name: dcb_unconditional_append_tt(public.dcb_event_tt[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.dcb_unconditional_append_tt(new_events public.dcb_event_tt[]) RETURNS SETOF bigint
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    WITH new_data AS (
        SELECT * FROM unnest(new_events)
    ),
    inserted AS (
        INSERT INTO "public"."school_events_tt_main" (type, data, tags)
        SELECT type, data, tags
        FROM new_data
        RETURNING id, tags
    ),
    expanded_tags AS (
        SELECT ins.id AS main_id, tag
        FROM inserted ins,
             unnest(ins.tags) AS tag
    ),
    tag_insert AS (
        INSERT INTO "public"."school_events_tt_tag" (tag, main_id)
        SELECT tag, main_id
        FROM expanded_tags
    )
    SELECT MAX(id) FROM inserted;
    NOTIFY "school_events_tt_main";

END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: school_events_tt_main; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.school_events_tt_main (
    id bigint NOT NULL,
    type text NOT NULL,
    data bytea,
    tags text[] NOT NULL
)
WITH (autovacuum_enabled='true', autovacuum_vacuum_threshold='100000000', autovacuum_vacuum_scale_factor='0.5', autovacuum_analyze_threshold='1000', autovacuum_analyze_scale_factor='0.01');


--
-- Name: school_events_tt_main_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.school_events_tt_main_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: school_events_tt_main_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.school_events_tt_main_id_seq OWNED BY public.school_events_tt_main.id;


--
-- Name: school_events_tt_tag; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.school_events_tt_tag (
    tag text,
    main_id bigint
)
WITH (autovacuum_enabled='true', autovacuum_vacuum_threshold='100000000', autovacuum_vacuum_scale_factor='0.5', autovacuum_analyze_threshold='1000', autovacuum_analyze_scale_factor='0.01');


--
-- Name: school_events_tt_main id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.school_events_tt_main ALTER COLUMN id SET DEFAULT nextval('public.school_events_tt_main_id_seq'::regclass);


--
-- Data for Name: school_events_tt_main; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.school_events_tt_main (id, type, data, tags) FROM stdin;
1	__main__:Student.Registered	\\x83b06f726967696e61746f725f746f706963b05f5f6d61696e5f5f3a53747564656e74aa73747564656e745f6964d92c73747564656e742d63653739383132612d326531332d343466372d613338362d366665333364363365643436a46e616d65a3416461	{student-ce79812a-2e13-44f7-a386-6fe33d63ed46}
2	__main__:Student.Registered	\\x83b06f726967696e61746f725f746f706963b05f5f6d61696e5f5f3a53747564656e74aa73747564656e745f6964d92c73747564656e742d30613932373166382d656436372d343663352d613865622d363663633839646538353161a46e616d65a54772616365	{student-0a9271f8-ed67-46c5-a8eb-66cc89de851a}
3	__main__:Student.Registered	\\x83b06f726967696e61746f725f746f706963b05f5f6d61696e5f5f3a53747564656e74aa73747564656e745f6964d92c73747564656e742d65306462333131322d623363632d343064332d383037322d663462613162343131363063a46e616d65a6456473676572	{student-e0db3112-b3cc-40d3-8072-f4ba1b41160c}
4	__main__:Course.Registered	\\x84b06f726967696e61746f725f746f706963af5f5f6d61696e5f5f3a436f75727365a9636f757273655f6964a8636f757273653a31a46e616d65a54c6f676963a6706c6163657302	{course:1}
5	__main__:Course.Registered	\\x84b06f726967696e61746f725f746f706963af5f5f6d61696e5f5f3a436f75727365a9636f757273655f6964a8636f757273653a32a46e616d65a9436f6d70696c657273a6706c6163657302	{course:2}
6	__main__:StudentJoinedCourse	\\x82aa73747564656e745f6964d92c73747564656e742d63653739383132612d326531332d343466372d613338362d366665333364363365643436a9636f757273655f6964a8636f757273653a31	{student-ce79812a-2e13-44f7-a386-6fe33d63ed46,course:1}
7	__main__:StudentJoinedCourse	\\x82aa73747564656e745f6964d92c73747564656e742d30613932373166382d656436372d343663352d613865622d363663633839646538353161a9636f757273655f6964a8636f757273653a31	{student-0a9271f8-ed67-46c5-a8eb-66cc89de851a,course:1}
8	__main__:Course.PlacesUpdated	\\x81a6706c6163657303	{course:1}
9	__main__:StudentJoinedCourse	\\x82aa73747564656e745f6964d92c73747564656e742d63653739383132612d326531332d343466372d613338362d366665333364363365643436a9636f757273655f6964a8636f757273653a32	{student-ce79812a-2e13-44f7-a386-6fe33d63ed46,course:2}
10	__main__:StudentJoinedCourse	\\x82aa73747564656e745f6964d92c73747564656e742d30613932373166382d656436372d343663352d613865622d363663633839646538353161a9636f757273655f6964a8636f757273653a32	{student-0a9271f8-ed67-46c5-a8eb-66cc89de851a,course:2}
11	__main__:Course.PlacesUpdated	\\x81a6706c6163657303	{course:2}
12	TermStarted	\\x7b2279656172223a20323032367d	{calendar}
13	TermEnded	\\x7b2279656172223a20323032367d	{}
14	CourseArchived	\\x	{course:1,course:1}
\.


--
-- Data for Name: school_events_tt_tag; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.school_events_tt_tag (tag, main_id) FROM stdin;
student-ce79812a-2e13-44f7-a386-6fe33d63ed46	1
student-0a9271f8-ed67-46c5-a8eb-66cc89de851a	2
student-e0db3112-b3cc-40d3-8072-f4ba1b41160c	3
course:1	4
course:2	5
student-ce79812a-2e13-44f7-a386-6fe33d63ed46	6
course:1	6
student-0a9271f8-ed67-46c5-a8eb-66cc89de851a	7
course:1	7
course:1	8
student-ce79812a-2e13-44f7-a386-6fe33d63ed46	9
course:2	9
student-0a9271f8-ed67-46c5-a8eb-66cc89de851a	10
course:2	10
course:2	11
calendar	12
course:1	14
course:1	14
\.


--
-- Name: school_events_tt_main_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.school_events_tt_main_id_seq', 14, true);


--
-- Name: school_events_tt_main_idx_id_type; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX school_events_tt_main_idx_id_type ON public.school_events_tt_main USING btree (id) INCLUDE (type);


--
-- Name: school_events_tt_tag_idx_tag_main_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX school_events_tt_tag_idx_tag_main_id ON public.school_events_tt_tag USING btree (tag, main_id);


--
-- Name: school_events_tt_tag school_events_tt_tag_main_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.school_events_tt_tag
    ADD CONSTRAINT school_events_tt_tag_main_id_fkey FOREIGN KEY (main_id) REFERENCES public.school_events_tt_main(id);


--
-- PostgreSQL database dump complete
--


